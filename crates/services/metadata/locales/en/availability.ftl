# What is in the data: availability year by year, and statistics.

availability-title = Availability
availability-link = See what is in the data, year by year
availability-lead = Each row is a variable, each column a year. Here you see whether the catalogue says that the variable is there that year, and whether it has values in the data.
availability-counted = The data were counted { $when }.
availability-not-counted = No data have been counted for this dataset yet. You only see what the catalogue says.
availability-summary = { $contradictions ->
    [0] { $variables ->
        [one] One variable, which agrees with the catalogue.
       *[other] { $variables } variables. None of them contradicts the catalogue.
    }
   *[other] { $contradictions } of { $variables } variables contradict the catalogue in at least one year.
}
availability-show-contradictions = Show only those that contradict the catalogue
availability-show-all = Show all variables
availability-none-title = No variables to show
availability-none-text = No variable here contradicts what the catalogue says.
availability-back = To the dataset
availability-status = Showing variables { $first }–{ $last } of { $total }
availability-years = Years
availability-earlier = Earlier years
availability-later = Later years
availability-caption = Variables against years
availability-undated = No date
availability-unreleased = (not in the data)
availability-standing-both = Declared, and found in the data
availability-standing-declared = Declared; no data for the year
availability-standing-unobserved = Declared, but too few people have a value, or nobody
availability-standing-undeclared = Found in the data, but not declared
availability-standing-neither = Not declared, and not found

availability-statistics = Statistics
availability-statistics-lead = The numbers are from the newest approved release, counted { $when }.
availability-statistics-all = See the statistics of all years
availability-statistics-back = To the variable
availability-statistics-none-title = No statistics yet
availability-statistics-none-text = Nothing has been counted for this variable. Either the dataset has no approved release, or the variable is not in it.
availability-distribution = Distribution in { $year }
availability-figure = How many rows each group has in { $year }. The table below has the same numbers.
availability-figure-more = { $count ->
    [one] One more group is in the table only.
   *[other] { $count } more groups are in the table only.
}
availability-groups-caption = Rows and people in each group, { $year }
availability-column-group = Value
availability-column-rows = Rows
availability-column-people = People
availability-column-share = Share
availability-column-year = Year
availability-column-missing = Without a value
availability-column-mean = Mean
availability-column-deviation = Standard deviation
availability-column-lower = Lower quartile
availability-column-median = Median
availability-column-upper = Upper quartile
availability-by-year = Rows with a value, year by year
availability-withheld = withheld
availability-few = too few or none
availability-missing-few = too few or none
availability-about = about { $number }
availability-percent = { $number }%
availability-interval-any = all numbers
availability-interval-below = below { $until }
availability-interval-from = { $from } or more
availability-interval-whole = { $from }–{ $last }
availability-interval-between = { $from } to below { $until }
availability-nothing-withheld = No group is withheld.
availability-groups-withheld = { $count ->
    [one] One group is withheld, since it is small or would give away one that is.
   *[other] { $count } groups are withheld, since they are small or would give away one that is.
}
availability-some-codes = The list shows the commonest values that can be shown. Rare values are withheld.
availability-safety = How the numbers are made safe
availability-safety-small = Nothing is said of groups of fewer than { $threshold } people, or where two people have nearly all the rows. Zero is shown: then there is nobody.
availability-safety-more = A small group is never withheld alone, so it cannot be worked out from the rest. For the same reason no sum over several years is shown.
availability-safety-rounded = All numbers are rounded to the nearest { $base }. Sums may therefore differ a little.
availability-safety-opt-out = Those who had opted out, withdrawn a consent or had a confidential address when the data were counted are in no number.
availability-safety-numbers = Mean, standard deviation and quartiles are worked out from the groups above, not from single values. They are therefore approximate. The smallest and the largest value are not shown.

problem-metadata-observations = The count of the data cannot be read right now. Try again in a little while.
