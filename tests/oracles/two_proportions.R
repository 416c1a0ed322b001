# Differences, ratios and tests of two proportions to more digits than a double holds.
#
#     Rscript tests/oracles/two_proportions.R
#
# Writes two_proportions.json. Needs Rmpfr. The conditional odds ratio and its limits
# solve the equations of the noncentral hypergeometric distribution by Newton's method:
# base R's fisher.test stops at a tolerance that leaves them up to 0.7 per cent off, and
# is only asked whether it is near. Barnard's and Boschloo's p are maximised here on a
# fine grid and by optimize(), with tables ordered in whole numbers.

source("tests/oracles/exact.R")

# ---- One 2 x 2 table, given its margins ---------------------------------------------

# Probabilities of a_events + 1, + 2, ... (or - 1, - 2, ...) relative to that of a_events
# at an odds ratio, as far as they count.
neighbours <- function(t, psi, up) {
  K <- t$a + t$b
  # ratio of the probability of k + 1 to that of k
  ratio <- function(k) (K - k) * (t$na - k) / ((k + 1) * (t$nb - K + k + 1)) * psi
  end <- if (up) min(K, t$na) else max(0, K - t$nb)
  terms <- list(); last <- m(1); k <- t$a
  while (k != end) {
    number <- min(CHUNK, abs(end - k))
    steps <- seq_len(number)
    r <- if (up) ratio(m(k + steps - 1)) else 1 / ratio(m(k - steps))
    chunk <- last * cumprod(r)
    terms <- c(terms, list(chunk))
    last <- chunk[number]; k <- if (up) k + number else k - number
    if (last < 2^-(PRECISION - 20) && r[number] < 1) break
  }
  if (length(terms)) do.call(c, terms) else m(numeric(0))
}

law <- function(t, psi) {
  up <- neighbours(t, psi, TRUE); down <- neighbours(t, psi, FALSE)
  mass <- 1 + sum(up) + sum(down)
  list(at = 1 / mass, above = sum(up) / mass, below = sum(down) / mass,
       moment_above = sum(up * seq_along(up)) / mass,
       moment_below = -sum(down * seq_along(down)) / mass,
       square = (sum(up * seq_along(up)^2) + sum(down * seq_along(down)^2)) / mass,
       up = up / mass, down = down / mass)
}

fisher <- function(t) {
  p <- law(t, m(1))
  few <- function(x) sum(x[x <= p$at * (1 + m(10)^-7)])
  equal <- function(x) sum(x[abs(x / p$at - 1) <= m(10)^-7])
  two <- p$at + few(p$up) + few(p$down)
  tied <- p$at + equal(p$up) + equal(p$down)
  list(fisher = min(two, m(1)), fisher_greater = p$at + p$above,
       fisher_less = p$at + p$below, mid_p = min(two, m(1)) - tied / 2,
       mid_p_greater = p$at / 2 + p$above, mid_p_less = p$at / 2 + p$below)
}

# Newton's method for the log odds ratio, with steps of at most 2.
solve_log <- function(f, start) {
  x <- m(start)
  for (i in 1:500) {
    step <- f(x)
    step <- max(min(step, m(2)), m(-2))
    x <- x - step
    if (abs(step) < m(10)^-40) return(exp(x))
  }
  stop("no root")
}

conditional <- function(t, tail, mid) {
  K <- t$a + t$b
  first <- t$a == max(0, K - t$nb); last <- t$a == min(K, t$na)
  sample <- log((t$a + .5) * (t$nb - t$b + .5) / ((t$b + .5) * (t$na - t$a + .5)))
  error <- sqrt(sum(1 / (c(t$a, t$b, t$na - t$a, t$nb - t$b) + .5)))
  half <- if (mid) m(0.5) else m(0)
  # d P(X in A) / d log psi = E[X 1_A] - E[X] P(A), with X measured from a_events
  estimate <- function(x) {
    p <- law(t, exp(x))
    mean <- p$moment_above + p$moment_below
    mean / (p$square - mean^2)
  }
  low <- function(x) {
    p <- law(t, exp(x))
    mean <- p$moment_above + p$moment_below
    chance <- p$above + (1 - half) * p$at
    slope <- p$moment_above - mean * chance
    # on the log scale of the chance, where it is nearly a straight line
    (log(chance) - log(tail)) * chance / slope
  }
  high <- function(x) {
    p <- law(t, exp(x))
    mean <- p$moment_above + p$moment_below
    chance <- p$below + (1 - half) * p$at
    slope <- p$moment_below - mean * chance
    (log(chance) - log(tail)) * chance / slope
  }
  list(estimate = if (first) m(0) else if (last) m(Inf) else solve_log(estimate, sample),
       low = if (first) m(0) else solve_log(low, sample - 2 * error),
       high = if (last) m(Inf) else solve_log(high, sample + 2 * error))
}

# ---- Closed forms -------------------------------------------------------------------

wilson <- function(x, n, z, shift = 0) {
  root <- function(s, sign) {
    b <- 2 * s + z^2
    (b + sign * sqrt(b^2 - 4 * (n + z^2) * s^2 / n)) / (2 * (n + z^2))
  }
  c(if (x == 0) m(0) else root(x - m(shift), -1),
    if (x == n) m(1) else root(x + m(shift), 1))
}

newcombe <- function(t, z, shift) {
  pa <- m(t$a) / t$na; pb <- m(t$b) / t$nb
  wa <- wilson(m(t$a), m(t$na), z, shift); wb <- wilson(m(t$b), m(t$nb), z, shift)
  d <- pa - pb
  list(max(d - sqrt((pa - wa[1])^2 + (wb[2] - pb)^2), m(-1)),
       min(d + sqrt((wa[2] - pa)^2 + (pb - wb[1])^2), m(1)))
}

wald <- function(t, z, add) {
  na <- m(t$na + 2 * add); nb <- m(t$nb + 2 * add)
  pa <- (t$a + add) / na; pb <- (t$b + add) / nb
  half <- z * sqrt(pa * (1 - pa) / na + pb * (1 - pb) / nb)
  list(max(pa - pb - half, m(-1)), min(pa - pb + half, m(1)))
}

log_symmetric <- function(estimate, variance, z)
  list(estimate = estimate, low = estimate * exp(-z * sqrt(variance)),
       high = estimate * exp(z * sqrt(variance)))

ratios <- function(t, z) {
  cells <- m(c(t$a, t$b, t$na - t$a, t$nb - t$b))
  plus <- if (any(cells == 0)) cells + 0.5 else cells
  rr <- function(x) log_symmetric(x[1] / (x[1] + x[3]) / (x[2] / (x[2] + x[4])),
    1 / x[1] - 1 / (x[1] + x[3]) + 1 / x[2] - 1 / (x[2] + x[4]), z)
  or <- function(x) log_symmetric(x[1] * x[4] / (x[2] * x[3]), sum(1 / x), z)
  list(katz = rr(plus), woolf = or(plus), katz_all = rr(cells + 0.5),
       woolf_all = or(cells + 0.5))
}

chi_squares <- function(t) {
  N <- m(t$na + t$nb); K <- m(t$a + t$b)
  if (K == 0 || K == N) return(list(pearson = NULL, yates = NULL))
  d <- abs(m(t$a) * (t$nb - t$b) - m(t$b) * (t$na - t$a))
  margins <- m(t$na) * t$nb * K * (N - K)
  x <- N * d^2 / margins; y <- N * max(d - N / 2, m(0))^2 / margins
  list(pearson = chi_square_above(x), yates = chi_square_above(y), statistic = x)
}

# ---- Score intervals ----------------------------------------------------------------

exactly <- function(f, interval) uniroot(f, interval, tol = 1e-17, maxiter = 1e4)$root

# In doubles: the restricted likelihood by uniroot, whose root is good to 1e-15 or so.
miettinen_nurminen <- function(t, z) {
  a <- t$a; na <- t$na; b <- t$b; nb <- t$nb; N <- na + nb
  # the p_b that makes the likelihood largest given p_a = p_b + d
  restricted <- function(d) {
    ends <- c(max(0, -d), min(1, 1 - d))
    inner <- ends + c(1, -1) * 1e-15 * diff(ends)
    slope <- function(p) (if (a > 0) a / (p + d) else 0) + (if (b > 0) b / p else 0) -
      (if (na > a) (na - a) / (1 - p - d) else 0) - (if (nb > b) (nb - b) / (1 - p) else 0)
    if (slope(inner[1]) <= 0) return(ends[1])
    if (slope(inner[2]) >= 0) return(ends[2])
    exactly(slope, inner)
  }
  score <- function(d) {
    p <- restricted(d)
    spread <- (p + d) * (1 - p - d) / na + p * (1 - p) / nb
    (a / na - b / nb - d) / sqrt(max(spread, 1e-300) * N / (N - 1))
  }
  observed <- a / na - b / nb
  list(if (observed == -1) -1 else exactly(function(d) score(d) - z, c(-1 + 1e-15, observed)),
       if (observed == 1) 1 else exactly(function(d) score(d) + z, c(observed, 1 - 1e-15)))
}

koopman <- function(t, z) {
  a <- m(t$a); na <- m(t$na); b <- m(t$b); nb <- m(t$nb)
  square <- function(l) { # Koopman's chi-square, signed
    r <- exp(l)
    # p_b given p_a = r p_b: the smaller root of the likelihood equation, a quadratic
    middle <- (a + b) * (1 + r) + (na - a) * r + (nb - b)
    pb <- 2 * (a + b) / (middle + sqrt(middle^2 - 4 * (na + nb) * r * (a + b)))
    u <- function(x, n, p) if (p >= 1 || p <= 0) m(0) else (x - n * p)^2 / (n * p * (1 - p))
    sign(a / na - r * b / nb) * (u(a, na, r * pb) + u(b, nb, pb))
  }
  solve <- function(f, ends) exp(unirootR(f, m(ends), tol = 1e-30, maxiter = 1e4)$root)
  observed <- if (a == 0 || b == 0) m(0) else log(a / na / (b / nb))
  wide <- 2 * log(na + nb) + 20
  list(if (a == 0) m(0) else solve(function(l) square(l) - z^2,
         c(-wide, if (b == 0) wide else observed)),
       if (b == 0) m(Inf) else solve(function(l) square(l) + z^2,
         c(if (a == 0) -wide else observed, wide)))
}

# ---- Unconditional tests -------------------------------------------------------------

largest <- function(t, reject) {
  N <- t$na + t$nb
  weight <- outer(lchoose(t$na, 0:t$na), lchoose(t$nb, 0:t$nb), "+")
  total <- outer(0:t$na, 0:t$nb, "+")
  share <- sapply(0:N, function(s) sum(exp(weight[reject & total == s])) / choose(N, s))
  f <- function(p) sum(share * dbinom(0:N, N, p))
  grid <- sin(seq(0, pi / 2, length.out = 4001))^2
  values <- sapply(grid, f)
  best <- order(values, decreasing = TRUE)[1:6]
  refined <- sapply(best, function(i) optimize(f, grid[pmin(pmax(i + c(-1, 1), 1), 4001)],
                                               maximum = TRUE, tol = 1e-13)$objective)
  min(max(refined, values), 1)
}

# Whole numbers, exact in doubles for totals of up to a few hundred.
statistic <- function(t, pooled) {
  i <- outer(0:t$na, 0:t$nb, function(i, j) i); j <- outer(0:t$na, 0:t$nb, function(i, j) j)
  d <- i * t$nb - j * t$na; N <- t$na + t$nb
  below <- if (pooled) (i + j) * (N - i - j)
           else i * (t$na - i) * t$nb^3 + j * (t$nb - j) * t$na^3
  # no event at all, or nothing else, is a difference of 0, not 0 / 0
  below[d == 0] <- 1
  list(d = d, below = below)
}

barnard <- function(t, alternative, pooled) {
  s <- statistic(t, pooled); at <- cbind(t$a + 1, t$b + 1)
  d0 <- s$d[at]; b0 <- s$below[at]
  # compare d |d| / below, infinite where d / 0
  left <- s$d * abs(s$d) * b0; right <- d0 * abs(d0) * s$below
  infinite <- s$below == 0 & s$d != 0
  reject <- if (b0 == 0 && d0 != 0) infinite & (alternative == "two-sided" | sign(s$d) == sign(d0))
    else switch(alternative, "two-sided" = infinite | abs(left) >= abs(right),
                greater = (infinite & s$d > 0) | (!infinite & left >= right),
                less = (infinite & s$d < 0) | (!infinite & left <= right))
  if (b0 == 0 && d0 != 0 && alternative == "greater" && d0 < 0) reject[] <- TRUE
  if (b0 == 0 && d0 != 0 && alternative == "less" && d0 > 0) reject[] <- TRUE
  largest(t, reject)
}

boschloo <- function(t, alternative) {
  if (alternative == "two-sided")
    return(min(1, 2 * min(boschloo(t, "greater"), boschloo(t, "less"))))
  p <- outer(0:t$na, 0:t$nb, function(i, j)
    if (alternative == "less") phyper(i, t$na, t$nb, i + j)
    else phyper(i - 1, t$na, t$nb, i + j, lower.tail = FALSE))
  largest(t, p <= p[t$a + 1, t$b + 1] * (1 + 1e-10))
}

SIDES <- c(two_sided = "two-sided", greater = "greater", less = "less")
unconditional <- function(t) list(
  barnard = sapply(SIDES, function(s) barnard(t, s, TRUE)),
  barnard_unpooled = sapply(SIDES, function(s) barnard(t, s, FALSE)),
  boschloo = sapply(SIDES, function(s) boschloo(t, s)))

# ---- Cases ---------------------------------------------------------------------------

numbers <- function(x) {
  if (inherits(x, "mpfr")) asNumeric(x) else if (is.list(x)) lapply(x, numbers) else x
}
limits <- function(x) c(x[[1]], x[[2]])
triple <- function(x) c(x$estimate, x$low, x$high)

one <- function(a, na, b, nb, level = 0.95) {
  t <- list(a = a, na = na, b = b, nb = nb)
  tail <- (1 - m(level)) / 2; z <- z_above(tail)
  empty <- a + b == 0 || a + b == na + nb
  r <- lapply(numbers(ratios(t, z)), triple)
  out <- list(a_events = a, a_total = na, b_events = b, b_total = nb, level = level,
    risk_difference = asNumeric(m(a) / na - m(b) / nb),
    newcombe = limits(numbers(newcombe(t, z, 0))),
    "newcombe-cc" = limits(numbers(newcombe(t, z, 0.5))),
    wald = limits(numbers(wald(t, z, 0))),
    "agresti-caffo" = limits(numbers(wald(t, z, 1))),
    "miettinen-nurminen" = if (empty) NULL else limits(miettinen_nurminen(t, asNumeric(z))),
    katz = r$katz, katz_all = r$katz_all, woolf = r$woolf, woolf_all = r$woolf_all,
    koopman = if (a + b == 0 || a + b == na + nb) NULL else limits(numbers(koopman(t, z))))
  out <- c(out, numbers(fisher(t)), numbers(chi_squares(t)))
  if (!empty) {
    out$conditional <- triple(numbers(conditional(t, tail, FALSE)))
    out$"conditional-mid-p" <- triple(numbers(conditional(t, tail, TRUE)))
  }
  if (!empty && na + nb <= 300 && level == 0.95) out <- c(out, unconditional(t))
  agree(out, t, level, empty)
  Filter(Negate(is.null), out)
}

# Base R as a second opinion, at its own accuracy.
agree <- function(out, t, level, empty) {
  near <- function(ours, theirs, tolerance) abs(ours - theirs) <= tolerance * abs(theirs)
  table <- matrix(c(t$a, t$na - t$a, t$b, t$nb - t$b), 2)
  side <- function(s) fisher.test(table, alternative = s)$p.value
  # log-gamma differences lose digits at totals of a million
  stopifnot(near(out$fisher, side("two.sided"), 1e-7), near(out$fisher_less, side("less"), 1e-7),
            near(out$fisher_greater, side("greater"), 1e-7))
  if (empty) return()
  plain <- suppressWarnings(chisq.test(table, correct = FALSE))$p.value
  stopifnot(near(out$pearson, plain, 1e-9))
  loose <- fisher.test(table, conf.level = level)
  theirs <- c(loose$estimate, loose$conf.int)
  both <- is.finite(theirs) & theirs > 1e-3 & theirs < 1e3
  stopifnot(all(near(out$conditional[both], theirs[both], 0.01)))
}

M <- 1e6
tables <- list(
  # of the review and its sources
  c(246, 256, 33, 39), c(213, 228, 18, 30), c(41, 228, 19, 30), c(17, 195, 8, 41),
  c(7, 180, 6, 180), c(11, 14, 48, 50), c(46, 49, 185, 209), c(42, 44, 237, 251),
  # zero cells, all events, no information
  c(0, 12, 5, 11), c(5, 11, 0, 12), c(12, 12, 5, 11), c(5, 11, 12, 12), c(0, 10, 10, 10),
  c(10, 10, 0, 10), c(0, 10, 0, 20), c(10, 10, 20, 20), c(0, 16, 15, 72), c(0, 1, 1, 1),
  c(1, 1, 1, 2), c(0, 1, 1, 2), c(0, 1, 0, 1),
  # small ones of the literature
  c(3, 4, 1, 4), c(7, 34, 1, 34), c(9, 13, 4, 14), c(2, 17, 10, 13), c(7, 15, 12, 15),
  c(56, 70, 48, 80), c(9, 10, 3, 10), c(84, 101, 89, 105), c(10, 10, 0, 20),
  # where scipy's Barnard or Boschloo is off: equal statistics, several maxima
  c(12, 17, 6, 22), c(0, 5, 12, 17), c(2, 5, 0, 30), c(10, 13, 3, 9), c(37, 58, 5, 33),
  # one row much larger than the other; equal proportions
  c(3, 5, 1200, 250000), c(50, 100, 50, 100), c(1, 2, 1, 2), c(20, 40, 30, 60),
  # a million
  c(120, M, 151, M), c(0, M, 3, M), c(3, M, 0, 10), c(250131, M, 251007, 999000),
  c(500000, M, 500000, M), c(999990, M, 999970, M), c(M, M, 999998, M),
  c(500000, M, 400000, M), c(1, 1000, 999, 1000), c(2000, M, 1, 3))
cases <- lapply(tables, function(x) do.call(one, as.list(x)))
at_levels <- list(c(246, 256, 33, 39), c(0, 12, 5, 11), c(120, M, 151, M), c(3, 4, 1, 4))
for (level in c(0.5, 0.8, 0.9, 0.99, 0.999999))
  cases <- c(cases, lapply(at_levels, function(x) do.call(one, as.list(c(x, level)))))
write_oracle("two_proportions", "Two proportions: differences, ratios, tests",
  "definitions in the docstrings of galleyproof.stats, solved to 40 digits", cases)
