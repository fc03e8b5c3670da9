"""What the tests of the lessons do on the page, step by step."""

from __future__ import annotations

from test_pages import charts_alt, opened, said

from rnnexplorer.pages.lesson import every

LESSONS = "rnnexplorer/pages/lessons.py"


def lesson_of(key):
    return next(lesson for lesson in every() if lesson.key == key)


def lesson(key, settings=None, **query):
    """A lesson without a prediction, in some state."""
    query |= {} if settings is None else {"settings": settings}
    at = opened(LESSONS, lesson=key, **query)
    return press(at, "Show without predicting")


def predict(at, key, option):
    at.radio(key=f"lesson_{key}_predicted").set_value(option).run()
    assert not at.exception, at.exception[0].message
    return press(at, "This is my prediction")


def predicted(key, *, right, **query):
    """A lesson with a prediction, and the option that was taken."""
    asked = lesson_of(key).prediction
    picked = asked.right if right else (asked.right + 1) % len(asked.options)
    at = opened(LESSONS, lesson=key, **query)
    assert "Find out" not in said(at.markdown)
    return predict(at, key, picked), asked.options[picked]


def press(at, label):
    (button,) = [button for button in at.button if button.label == label]
    button.click().run()
    assert not at.exception, at.exception[0].message
    return at


def set_to(at, settings):
    """As a link within the session would."""
    at.session_state.address = at.session_state.address.changed(settings=settings)
    at.session_state.looked = True
    at.run()
    assert not at.exception, at.exception[0].message
    return at


def ticks(at):
    """Done tasks; the heading of the reason at the end has a tick as well."""
    return said(at.markdown).count(":material/check_circle:")


def link(at, start):
    (found,) = [k.proto for k in at.get("page_link") if k.proto.label.startswith(start)]
    return found.query_string


def told_and_begun_again(at, key, picked, *, right):
    """The verdict and the reason at the end, and nothing of it after a reset."""
    asked, why = lesson_of(key).prediction, lesson_of(key).why
    verdict = "As you predicted: " if right else f"You predicted: {picked}. It is: "
    assert f"{verdict}**{asked.options[asked.right]}**" in said(at.markdown)
    assert why in said(at.markdown)
    assert at.radio(key=f"lesson_{key}_predicted").disabled
    assert all(charts_alt(at))
    press(at, "Start this lesson again")
    assert "Find out" not in said(at.markdown)
    assert at.radio(key=f"lesson_{key}_predicted").value is None
    assert at.session_state.address.settings is None
