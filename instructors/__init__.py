"""What instructors use: student versions of the exercises, assignments drawn from a seed, and grading.

It stands on nbgrader and is no part of the package that learners install. The sources with their solutions lie in
`source`, in nbgrader's layout; `book/exercises` holds the student versions that `release` makes of them.
"""
