"""The lessons, one file each, found by listing this folder.

A lesson is a module with a `LESSON`, see `pages.lesson.Lesson`; everything that lessons share is
drawn by `pages.lesson_form`. A module without one is part of another's.
"""
