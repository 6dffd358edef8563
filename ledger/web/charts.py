"""Charts: our own SVG from frozen values, drawn without Flask. Import everything from here.

A page hands `Markup` to templates/macros/figure.html with a key and the numbers. None means "not
enough yet". `slug` is unique on the page. Titles state the finding or the question, `desc` the
finding with its range in words.

curve_chart   days until the customer came back
dots_chart    a rate with its range in each row
outcome_bars  came back, not back, maturing by month
histogram     amounts against one or two limits
meter         headroom
time_left     a bar beside time in words
sparkline     the shape of a few values
"""

from ledger.web.chart_bars import (
    BarsData,
    HistogramData,
    LimitLine,
    MonthBar,
    histogram,
    outcome_bars,
)
from ledger.web.chart_curve import CurveData, CurveStep, Watched, curve_chart, share_on
from ledger.web.chart_dots import DotRow, DotsData, dots_chart
from ledger.web.chart_small import MeterData, SparkData, meter, sparkline, time_left
from ledger.web.chart_svg import ENOUGH, Numbers, count_words, percent, percent_range

__all__ = [
    "ENOUGH",
    "BarsData",
    "CurveData",
    "CurveStep",
    "DotRow",
    "DotsData",
    "HistogramData",
    "LimitLine",
    "MeterData",
    "MonthBar",
    "Numbers",
    "SparkData",
    "Watched",
    "count_words",
    "curve_chart",
    "dots_chart",
    "histogram",
    "meter",
    "outcome_bars",
    "percent",
    "percent_range",
    "share_on",
    "sparkline",
    "time_left",
]
