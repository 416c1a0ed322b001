# Made-up data, each at one edge of what can be analysed.

extremes <- function() {
  extreme_effects()
  extreme_moderators()
  extreme_counts()
  extreme_means()
}

made_up <- function(file, title, yi, vi, ...)
  oracle(paste0("extreme_", file), title, "made up", "given", given(yi, vi),
         steps = MANY, ...)

extreme_effects <- function() {
  made_up("k1", "one study", 0.3, 0.04)
  made_up("k2", "two studies apart", c(-0.5, 1.25), c(0.04, 0.09))
  made_up("k2_alike", "two studies alike", c(0.5, 0.5625), c(0.04, 0.09))
  made_up("k3", "three studies", c(0.1, 0.7, -0.4), c(0.02, 0.05, 0.01))
  made_up("equal", "no spread at all", rep(0.25, 6), c(0.01, 0.04, 0.02, 0.08, 0.03, 0.05))
  made_up("too_alike", "less spread than sampling gives",
    c(0.25, 0.26, 0.24, 0.255, 0.245, 0.25, 0.265), c(4, 6, 3, 8, 5, 7, 2) / 100)
  made_up("equal_variances", "variances all equal", c(0.1, 0.9, 0.4, -0.6, 1.3, 0.2),
    rep(0.0625, 6))
  made_up("huge_heterogeneity", "effects far apart, precise",
    c(-800, 350, 20, 1200, -90, 640, 5), c(0.5, 0.25, 1, 2, 0.125, 0.5, 4))
  made_up("ten_orders", "variances over ten orders of magnitude",
    c(1, 1.5, 0.25, 3, -2, 4.5, 0.75, 1.25, 2, -1),
    c(1e-8, 1e-6, 1e-5, 1e-4, 1e-2, 0.1, 1, 10, 50, 100))
  made_up("ten_orders_alike", "variances over ten orders, effects no further apart",
    1 + sqrt(c(1e-8, 1e-6, 1e-5, 1e-4, 1e-2, 0.1, 1, 10, 50, 100)) *
      c(0.3, -1.1, 0.8, 1.9, -0.4, -2.1, 0.6, 1.2, -0.9, 0.2),
    c(1e-8, 1e-6, 1e-5, 1e-4, 1e-2, 0.1, 1, 10, 50, 100))
  made_up("tiny_variances", "variances near 1e-9",
    c(1.0001, 1.0002, 1.00005, 1.00018, 1.00011), c(2, 5, 1, 3, 4) * 1e-9)
  made_up("tiny_scale", "effects near 1e-6", c(3, -1, 4, 1, -5, 9, 2) * 1e-6,
    c(2, 3, 1, 5, 2, 8, 4) * 1e-12)
  made_up("large_scale", "effects of a million",
    c(1.2e6, 1.35e6, 0.9e6, 1.1e6, 1.6e6, 1.25e6), c(1e9, 4e9, 2e9, 8e9, 5e9, 3e9))
  made_up("dominated", "one study far more precise than the others",
    c(0.02, 0.5, -0.3, 0.8, 0.4), c(1e-6, 0.1, 0.2, 0.15, 0.3))
  made_up("two_maxima", "a likelihood with two maxima, the higher far from 0",
    c(-1.22, -0.07, -0.17, 0.49, -0.03), c(0.107, 0.001, 0.003, 1.531, 1.027))
  made_up("maximum_beside_zero", "a likelihood with maxima at 0 and, higher, beside it",
    c(-0.02, -0.01, -0.14, 0.03, 1.53), c(0.442, 0.588, 1.331, 5.129, 0.004))
  made_up("tied", "ties in effects, variances and distances",
    c(0.2, 0.2, 0.6, -0.2, 0.6, 0.2, -0.2, 0.4), c(0.04, 0.04, 0.09, 0.09, 0.04, 0.16,
                                                   0.16, 0.04))
}

extreme_moderators <- function() {
  yi <- c(0.31, -0.12, 0.56, 0.08, 0.74, -0.33, 0.21, 0.95, 0.02, 0.44)
  vi <- c(0.02, 0.05, 0.011, 0.08, 0.034, 0.09, 0.015, 0.06, 0.027, 0.041)
  year <- c(1998, 2003, 1987, 2011, 2007, 1995, 2019, 2001, 1990, 2015)
  dose <- c(2, 5, 1, 8, 3, 9, 4, 7, 6, 10) * 1e-6
  beds <- c(3, 1, 4, 1.5, 9, 2, 6, 5, 3.5, 8) * 1e5
  made_up("moderators", "moderators of very different sizes", yi, vi, deep = character(),
    more = function(effects) list(moderators = list(
      moderated("GEN", yi, vi, year),
      moderated("GEN", yi, vi, cbind(dose, beds)),
      moderated("GEN", yi, vi, cbind(year, dose, beds)),
      moderated("GEN", yi[1:4], vi[1:4], cbind(1:4, c(1, 0, 0, 1))),
      moderated("GEN", yi[1:3], vi[1:3], cbind(1:3, c(1, 0, 0))))))
  wide <- c(1e-8, 1e-6, 1e-5, 1e-4, 1e-2, 0.1, 1, 10, 50, 100)
  made_up("moderators_wide", "a moderator, variances over ten orders of magnitude",
    yi, wide, deep = character(), more = function(effects) list(moderators = list(
      moderated("GEN", yi, wide, 1:10))))
}

extreme_counts <- function() {
  oracle("extreme_zero_cells", "zero cells, no events and all events", "made up", "tables",
    tables(c(0, 5, 0, 10, 0, 3, 12), c(10, 20, 8, 10, 9, 30, 12),
           c(3, 4, 0, 10, 2, 0, 11), c(12, 15, 9, 10, 11, 28, 12)))
  oracle("extreme_million", "totals of a million", "made up", "tables",
    tables(c(120, 431, 250131, 77, 999990), c(1e6, 999983, 1e6, 500000, 1e6),
           c(151, 402, 251007, 90, 999970), c(1e6, 1e6, 999000, 510000, 1e6)))
  oracle("extreme_events", "many studies with all events or none", "made up", "singles",
    singles(c(10, 0, 25, 40, 3, 18, 0, 31), c(10, 12, 25, 44, 9, 18, 30, 33)))
  oracle("extreme_none", "no events in any study", "made up", "singles",
    singles(c(0, 0, 0, 0), c(10, 25, 8, 40)), deep = "PFT")
  oracle("extreme_million_proportions", "proportions of a million", "made up", "singles",
    singles(c(120, 431, 990, 77, 250), c(1e6, 999983, 1200000, 500000, 1e6)))
  oracle("extreme_alike", "proportions without heterogeneity", "made up", "singles",
    singles(c(10, 21, 30, 41, 9), c(100, 200, 300, 400, 100)))
  oracle("extreme_rates", "rates without events", "made up", "rates",
    list(a_events = c(0, 3, 12, 0, 1000), a_time = c(10, 250, 1000, 30, 1e6),
         b_events = c(2, 0, 15, 0, 1100), b_time = c(12, 240, 990, 40, 1e6)))
  oracle("extreme_rate", "single rates without events", "made up", "rate",
    list(events = c(0, 3, 12, 0, 1000), time = c(10, 250.5, 1000, 30, 1e6)))
}

extreme_means <- function() {
  oracle("extreme_means", "small and large groups, spread over orders of magnitude",
    "made up", "means", list(
      a_mean = c(1, 150, 0.002, 7.5, 31), a_sd = c(0.5, 40, 0.001, 12, 4),
      a_total = c(2, 250000, 12, 3, 400), b_mean = c(2, 149, 0.0015, 3, 31),
      b_sd = c(0.8, 38, 0.0004, 0.25, 5), b_total = c(3, 1000000, 15, 900, 380)))
  oracle("extreme_correlations", "correlations near 0 and 1", "made up", "correlations",
    list(correlation = c(0, 0.999, -0.95, 1e-6, 0.5), total = c(4, 50, 1000000, 30, 12)))
}
