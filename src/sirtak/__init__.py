"""sirtak: Kazakh folk music and electronic beats in one track.

>>> import sirtak
>>> piece = sirtak.compose("kazan", seed=7)
>>> piece.title
'Kazan'
"""

__version__ = "0.1.0"
