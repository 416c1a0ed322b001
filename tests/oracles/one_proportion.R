# Limits of one proportion to more digits than a double holds, from their definitions.
#
#     Rscript tests/oracles/one_proportion.R
#
# Writes one_proportion.json. Needs Rmpfr (Debian: r-cran-rmpfr). Each exact limit
# solves its own tail equation by Newton's method; base R's prop.test, binom.test and
# qbeta must agree, or the script stops.

source("tests/oracles/exact.R")

closed <- function(limits, x, n) {
  low <- if (x == 0) m(0) else limits[[1]]
  high <- if (x == n) m(1) else limits[[2]]
  list(max(low, m(0)), min(high, m(1)))
}

wilson <- function(x, n, z)
  list((x + z^2 / 2 - z * sqrt(z^2 / 4 + x * (n - x) / n)) / (n + z^2),
       (x + z^2 / 2 + z * sqrt(z^2 / 4 + x * (n - x) / n)) / (n + z^2))

# Newcombe (1998), method 4: |p - x/n| - 1/(2n) = z sqrt(p (1 - p) / n), solved for p.
wilson_corrected <- function(x, n, z) {
  root <- function(shifted, sign) { # (n + z^2) p^2 - (2 s + z^2) p + s^2 / n = 0
    b <- 2 * shifted + z^2
    (b + sign * sqrt(b^2 - 4 * (n + z^2) * shifted^2 / n)) / (2 * (n + z^2))
  }
  list(if (x == 0) m(0) else root(x - m(0.5), -1),
       if (x == n) m(1) else root(x + m(0.5), 1))
}

agresti_coull <- function(x, n, z) {
  size <- n + z^2
  centre <- (x + z^2 / 2) / size
  half <- z * sqrt(centre * (1 - centre) / size)
  list(max(centre - half, m(0)), min(centre + half, m(1)))
}

# The p with `tail` of the mean of some beta distributions below it.
quantile_of_mean <- function(tail, shapes) {
  f <- function(p) Reduce(`+`, lapply(shapes, function(s) beta_below(p, s[1], s[2]))) /
    length(shapes) - tail
  slope <- function(p) Reduce(`+`, lapply(shapes, function(s)
    beta_density(p, s[1], s[2]))) / length(shapes)
  near <- mean(sapply(shapes, function(s) qbeta(asNumeric(tail), asNumeric(s[1]),
                                                asNumeric(s[2]))))
  newton(f, slope, m(near))
}
# From both sides of one half: 1 - p loses the digits of a p near 1.
limits <- function(x, n, tail, shapes_low, shapes_high, edge) {
  swap <- function(shapes) lapply(shapes, rev)
  list(if (x == 0) m(0) else if (x == n && !is.null(edge)) exp(edge / n)
       else quantile_of_mean(tail, shapes_low),
       if (x == n) m(1) else if (x == 0 && !is.null(edge)) 1 - exp(edge / n)
       else 1 - quantile_of_mean(tail, swap(shapes_high)))
}

clopper_pearson <- function(x, n, tail)
  limits(x, n, tail, list(m(c(x, n - x + 1))), list(m(c(x + 1, n - x))), NULL)

jeffreys <- function(x, n, tail) {
  shape <- list(m(c(x, n - x)) + 0.5)
  limits(x, n, tail, shape, shape, NULL)
}

# P(X > x) + P(X = x) / 2 is the mean of P(X >= x) and P(X >= x + 1). With no event, or
# all, half of the only probability is (1 - p)^n / 2 = tail.
mid_p <- function(x, n, tail) {
  shapes <- list(m(c(x, n - x + 1)), m(c(x + 1, n - x)))
  limits(x, n, tail, shapes, shapes, log(2 * tail))
}

one <- function(x, n, level) {
  tail <- (1 - m(level)) / 2
  z <- z_above(tail)
  found <- list(
    wilson = closed(wilson(m(x), m(n), z), x, n),
    "wilson-cc" = closed(wilson_corrected(m(x), m(n), z), x, n),
    "agresti-coull" = agresti_coull(m(x), m(n), z),
    "clopper-pearson" = clopper_pearson(x, n, tail),
    jeffreys = jeffreys(x, n, tail),
    "mid-p" = mid_p(x, n, tail)
  )
  found <- lapply(found, function(limits) asNumeric(c(limits[[1]], limits[[2]])))
  agree(found, x, n, level)
  c(list(events = x, total = n, level = level), found)
}

# Base R as a second opinion: 1e-9, as qbeta stops some digits early.
agree <- function(found, x, n, level) {
  near <- function(ours, theirs) all(abs(ours - theirs) <= 1e-9 * abs(theirs) + 1e-15)
  stopifnot(
    near(found$wilson, prop.test(x, n, conf.level = level, correct = FALSE)$conf.int),
    near(found$`clopper-pearson`, binom.test(x, n, conf.level = level)$conf.int),
    x == 0 || near(found$jeffreys[1], qbeta((1 - level) / 2, x + .5, n - x + .5)),
    x == n || near(found$jeffreys[2], qbeta((1 + level) / 2, x + .5, n - x + .5))
  )
  # prop.test shrinks its correction where the estimate is nearer to 0.5 than that.
  if (abs(x - n / 2) > 0.5) stopifnot(near(found$`wilson-cc`,
    suppressWarnings(prop.test(x, n, conf.level = level))$conf.int))
}

MILLION <- 1e6
counts <- list(c(0, 1), c(1, 1), c(0, 2), c(1, 2), c(2, 2), c(1, 3), c(0, 10), c(1, 10),
  c(5, 10), c(9, 10), c(10, 10), c(13, 16), c(0, 20), c(5, 25), c(1, 29), c(18, 30),
  c(33, 39), c(42, 44), c(65, 66), c(15, 148), c(41, 228), c(246, 256), c(81, 263),
  c(25, 236), c(0, 1000), c(7, 4029), c(4029, 4029), c(1163, 1197),
  c(0, MILLION), c(1, MILLION), c(3, MILLION), c(5000, MILLION), c(500000, MILLION),
  c(999990, MILLION), c(MILLION, MILLION))
levels <- c(0.5, 0.8, 0.9, 0.99, 0.999, 0.999999)
at_levels <- list(c(0, 10), c(3, 10), c(10, 10), c(1, 1), c(0, 1), c(60, 258),
                  c(1, MILLION))
cases <- c(lapply(counts, function(xn) one(xn[1], xn[2], 0.95)),
           unlist(lapply(levels, function(level)
             lapply(at_levels, function(xn) one(xn[1], xn[2], level))), FALSE))
write_oracle("one_proportion", "Intervals of one proportion",
  "definitions in the docstrings of galleyproof.stats.proportion, solved to 40 digits",
  cases)
