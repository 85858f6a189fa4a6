"""A county over the years, as its documents show it: from the run and the runs of earlier years beside it."""

from junheng.documents.submission import Submission
from junheng.trend.run import CountyTrend, Trend, Year, trend_of


def trend_of_county(submission: Submission) -> tuple[Trend, CountyTrend] | None:
    """Return the years of a county, those without a table between them left open; None for fewer than two years.

    Raise Unusable for a file of warnings, or of changes of schools, that cannot be used.
    """
    runs = {run.year: run for run in (*submission.earlier, submission.run) if run.year is not None}
    if len(runs) < 2:  # noqa: PLR2004 - two years
        return None
    years = [Year(year, runs.get(year)) for year in range(min(runs), max(runs) + 1)]
    trend = trend_of(years, warnings=submission.warnings, identity=submission.identity, targets=submission.target_years)
    for found in trend.counties:
        if submission.county is found.over.years[-1].county and len(found.over.years) > 1:
            return trend, found
    return None
