# Effect sizes, with every rule for zero cells, and the way back to a readable scale.

RULES <- c("only0", "all", "if0all", "none")
TABLES <- c("RR", "OR", "RD", "PETO", "AS")
SINGLES <- c("PR", "PLN", "PLO", "PAS", "PFT")
MEANS <- c("MD", "SMD", "SMDH", "ROM")

# metafor's names of the columns, from ours.
COLUMNS <- list(
  tables = c(a_events = "ai", a_total = "n1i", b_events = "ci", b_total = "n2i"),
  singles = c(events = "xi", total = "ni"),
  means = c(a_mean = "m1i", a_sd = "sd1i", a_total = "n1i", b_mean = "m2i",
            b_sd = "sd2i", b_total = "n2i"),
  rates = c(a_events = "x1i", a_time = "t1i", b_events = "x2i", b_time = "t2i"),
  rate = c(events = "xi", time = "ti"),
  correlations = c(correlation = "ri", total = "ni"),
  given = c(estimate = "yi", variance = "vi"))
MEASURES <- list(tables = TABLES, singles = SINGLES, means = MEANS, rates = "IRR",
                 rate = c("IR", "IRLN"), correlations = "ZCOR", given = "GEN")
COUNTED <- c("tables", "singles", "rates", "rate")

effects_of <- function(kind, data, measure, ...) {
  args <- setNames(data, COLUMNS[[kind]][names(data)])
  suppressWarnings(do.call(escalc, c(list(measure = measure, ...), args)))
}

# Counts: all rules, and another addition than a half; nulls where nothing is defined.
effect_sizes <- function(kind, data) {
  out <- list()
  for (measure in MEASURES[[kind]]) {
    rules <- if (kind %in% COUNTED) RULES else "only0"
    for (rule in rules) {
      e <- effects_of(kind, data, measure, to = rule)
      out <- c(out, list(list(measure = measure, zero_cells = rule, yi = series(e$yi),
                              vi = series(e$vi))))
    }
    if (kind %in% COUNTED) {
      e <- effects_of(kind, data, measure, to = "all", add = 0.25)
      out <- c(out, list(list(measure = measure, zero_cells = "all", add = 0.25,
                              yi = series(e$yi), vi = series(e$vi))))
    }
  }
  out
}

BACK <- list(RR = exp, OR = exp, PETO = exp, ROM = exp, IRR = exp, PLN = exp, IRLN = exp,
             PLO = transf.ilogit, PAS = transf.iarcsin, ZCOR = transf.ztor)

# Pooled estimate and limits of each measure, and a grid about them.
back_transformations <- function(sections, totals) {
  Map(function(s) {
    pool <- Filter(function(p) p$method == "REML" && p$test == "z" && p$level == 0.95,
                   s$pools)[[1]]
    value <- c(pool$estimate, pool$ci_low, pool$ci_high)
    if (s$measure %in% c("PAS", "PFT")) value <- c(value, 0.01, 0.3, 0.785, 1.2, 1.56)
    back <- if (s$measure == "PFT") transf.ipft.hm(value, targs = list(ni = totals)) else
      if (s$measure %in% names(BACK)) BACK[[s$measure]](value) else value
    list(measure = s$measure, value = series(value), back = series(back))
  }, sections)
}
