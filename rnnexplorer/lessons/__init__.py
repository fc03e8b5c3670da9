"""The lessons, one file each, found by listing this folder.

A lesson is a module with a `LESSON`, see `pages.lesson.Lesson`: what is asked, what is to be done,
and why it is so. What one does it with is an activity, in the file where it is a few lines, else in
`pages.activity_…`; the form that all lessons share is `pages.lesson_form`.
"""
