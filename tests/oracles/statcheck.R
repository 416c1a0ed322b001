# Verdicts of R's statcheck on made-up results.
#
#     Rscript tests/oracles/statcheck.R
#
# Writes statcheck.json. Needs statcheck (Debian: r-cran-statcheck). Each text is read
# alone, with statcheck's defaults, and once more with OneTailedTxt where it speaks of
# one tail. `null` verdicts: statcheck stops with an error. Of a text in which it finds
# nothing, there is no case.

suppressMessages(library(statcheck))
source("tests/oracles/r/json.R")

# ---- Results around what is right ----------------------------------------------------

# What an author may print of a p: rounded, cut off, one digit off, as a bound.
printed <- function(p) {
  plain <- function(x, digits) sub("^0", "", sprintf(paste0("%.", digits, "f"), x))
  near <- function(digits) {
    unit <- 10^-digits
    values <- c(round(p, digits), floor(p / unit) * unit, round(p, digits) + unit * c(-1, 1))
    plain(values[values >= 0 & values < 1], digits)
  }
  exact <- unique(paste("p =", c(near(2), near(3))))
  c(exact, paste("p <", c(".05", ".01", ".001")), paste("p >", c(".05", ".10")), "ns")
}

# Each form with its p, as a function of the value.
forms <- list(
  list("t(%s)", "28", function(x) 2 * pt(-abs(x), 28)),
  list("t(%s)", "57.6", function(x) 2 * pt(-abs(x), 57.6)),
  list("F(%s)", "2, 57", function(x) pf(x, 2, 57, lower.tail = FALSE)),
  list("F(%s)", "1.5, 30.2", function(x) pf(x, 1.5, 30.2, lower.tail = FALSE)),
  list("chi2(%s)", "1, N = 90", function(x) pchisq(x, 1, lower.tail = FALSE)),
  list("X2(%s)", "4", function(x) pchisq(x, 4, lower.tail = FALSE)),
  list("Q(%s)", "10", function(x) pchisq(x, 10, lower.tail = FALSE)),
  list("z", "", function(x) 2 * pnorm(-abs(x)))
)
values <- list(
  c("0.84", "2.20", "-2.05", "2.1", "4.318"), c("1.90", "-2.00", "3"),
  c("0.61", "3.16", "3.4", "7.05"), c("2.90", "4.0"),
  c("0.02", "3.84", "3.9", "11.30"), c("3.10", "9.49", "9.5", "15"),
  c("8.20", "18.30", "18.3", "31.40"), c("0.51", "1.96", "-1.64", "2.1", "3.300")
)
results <- unlist(Map(function(form, some) {
  head <- if (form[[2]] == "") form[[1]] else sprintf(form[[1]], form[[2]])
  lapply(some, function(x)
    sprintf("It was %s = %s, %s", head, x, printed(form[[3]](as.numeric(x)))))
}, forms, values))

correlated <- unlist(lapply(c(".31", "-.42", ".2", ".055"), function(x) {
  r <- as.numeric(x)
  p <- 2 * pt(-abs(r * sqrt(58 / (1 - r^2))), 58)
  sprintf("It was r(58) = %s, %s", x, printed(p))
}))

# ---- Relations, and ways of writing --------------------------------------------------

bounds <- as.vector(outer(
  c("t(28) < 1", "t(28) > 2.20", "t(28) < 2.20", "F(1, 30) < 1", "F(1, 30) > 4.00",
    "chi2(2) < 5.90", "Q(3) > 9.1", "z < 1.50", "r(30) > .40", "r(30) < .20"),
  c("p = .04", "p = .33", "p < .05", "p < .001", "p > .05", "p > .50", "ns"),
  function(a, b) paste0("It was ", a, ", ", b)))

written <- c(
  "t(28)=2.20, p=.036", "t (28) = 2.20, p = .036", "t( 28 ) = 2.20 , p = .36",
  "t(28) = 2.20, p = 0.036", "t(28) = 2.20, n.s.", "t(28) = 2.20, p = .000",
  "t(28) = 12.20, p = .0000", "t(28) = 2.20, p < .0001", "t(28) = 2.20, p = .05",
  "t(28) = 2.048, p = .05", "t(28) = 2.05, p = .05", "t(100) = 1.98, p = .0502",
  "t(28) = \u22122.20, p = .036", "t(28) = \u20132.20, p = .36",
  "F(l, 30) = 4.17, p = .05", "F(I, 30) = 4.17, p = .50",
  "F(1, 30) = 1,234.5, p < .001", "F(1,30)=4.17,p=.05", "F(2, 45) = -3.5, p = .04",
  "\u03c72(1, N = 90) = 3.9, p = .048", "\u03c72 (1, N = 90) = 3.9, p = .48",
  "was chi2(1, N = 1,090) = 3.9, p = .048", "[CHI]2(2) = 5.99, p = .50",
  "Q-between(3) = 5.00, p = .17", "Qb(3) = 5.00, p = .02", "Qw (8) = 9.00, p = .43",
  "Q-W(8) = 9.00, p = .34", "QB(3) = 9.00, p > .05", "was Z = 2.1, p = .036",
  "t(28) = 1.00, p = 1.00", "r(1) = .5, p = .67", "r(30) = 0.50, p = .004",
  "r(30) = .50, p = .04", "t(28) = 2.20, p = .036 and F(1, 30) = 4.17, p = .50"
)

sided <- c(
  "A one-tailed test: t(28) = 2.20, p = .018", "one-tailed: t(28) = 1.80, p = .041",
  "one-sided, z = 1.70, p = .045", "a directional z = 1.70, p = .01",
  "one tailed: r(30) = .30, p = .048", "one-tailed, t(28) = 2.20, p = .036",
  "one-sided F(1, 30) = 4.17, p = .025", "One-Sided t(28) = 1.80, p < .05"
)

# ---- What statcheck says -------------------------------------------------------------

whole <- function(x) if (is.na(x)) NULL else x

read <- function(text, one_tailed) {
  # It prints a line of its own where it finds nothing.
  invisible(capture.output(
    found <- tryCatch(
      suppressWarnings(statcheck(text, messages = FALSE, OneTailedTxt = one_tailed)),
      error = function(e) "stopped")
  ))
  if (is.null(found)) return(NULL)
  verdicts <- if (is.character(found)) NULL else
    lapply(seq_len(nrow(found)), function(i) list(
      type = as.character(found$test_type[i]),
      degrees_of_freedom = series(c(na.omit(c(found$df1[i], found$df2[i])))),
      relation = as.character(found$test_comp[i]), statistic = found$test_value[i],
      p_relation = as.character(found$p_comp[i]), p = whole(found$reported_p[i]),
      computed = found$computed_p[i], error = found$error[i],
      decision_error = found$decision_error[i]))
  list(text = text, one_tailed = one_tailed, verdicts = verdicts)
}

texts <- c(results, correlated, bounds, written, sided)
cases <- c(lapply(texts, read, FALSE), lapply(sided, read, TRUE))
out <- list(
  r = as.character(getRversion()), statcheck = as.character(packageVersion("statcheck")),
  cases = Filter(Negate(is.null), cases)
)
text <- gsub("},{\"text", "},\n{\"text", json(out), fixed = TRUE)
writeLines(enc2utf8(text), "tests/oracles/statcheck.json", useBytes = TRUE)
