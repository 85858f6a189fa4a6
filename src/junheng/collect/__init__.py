"""Many workbooks become one table: roster, reports, merging, and the statistics forms."""
