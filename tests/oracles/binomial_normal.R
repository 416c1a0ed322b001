# The exact likelihood of binomial counts whose log odds are normal between studies.
#
#     Rscript tests/oracles/binomial_normal.R
#
# Writes binomial_normal.json. Needs metafor, metadat, lme4 and statmod (Debian:
# r-cran-metafor, r-cran-lme4, r-cran-statmod). Every study's integral is taken between
# the points where its integrand has fallen to e^-80 of its mode, by Gauss-Legendre rules
# of 20 nodes on 120 panels each side; the score equations are solved by Newton's method
# to 1e-12. metafor's rma.glmm, whose glmer stops earlier and integrates more coarsely,
# is a second opinion, written beside as `rma_glmm`.

source("tests/oracles/exact.R")
suppressPackageStartupMessages({library(statmod); library(lme4)})

PANELS <- 120
RULE <- gauss.quad(20, "legendre")
FALL <- 80

log1pexp <- function(x) ifelse(x > 0, x + log1p(exp(-x)), log1p(exp(x)))

# Nodes and log weights between two points.
nodes <- function(from, to) {
  if (to <= from) return(list(at = numeric(0), weight = numeric(0)))
  edges <- seq(from, to, length.out = PANELS + 1)
  half <- (to - from) / PANELS / 2
  list(at = as.vector(outer(RULE$nodes * half, edges[-1] - half, "+")),
       weight = rep(RULE$weights * half, PANELS))
}

# One study: log likelihood, score and curvature in (mu, tau). The derivatives are those
# of the normal density of the log odds theta = mu + tau u, whose moments they need:
# d/dmu = u / tau, d/dtau = (u^2 - 1) / tau. No count is subtracted from its expectation.
study <- function(x, n, mu, tau) {
  # lchoose through the saddle point of dbinom, which keeps its digits
  choose <- dbinom(x, n, x / n, log = TRUE) -
    (if (x > 0) x * log(x / n) else 0) - (if (x < n) (n - x) * log1p(-x / n) else 0)
  if (tau == 0) {
    p <- plogis(mu)
    return(list(value = x * mu - n * log1pexp(mu) + choose, score = c(x - n * p, 0),
                hessian = diag(c(-n * p * (1 - p), (x - n * p)^2 - n * p * (1 - p)))))
  }
  slope <- function(u) tau * (x - n * plogis(mu + tau * u)) - u
  end <- tau * max(x, n - x) + 1
  mode <- uniroot(slope, c(-end, end), tol = 1e-13)$root
  p <- plogis(mu + tau * mode); q <- plogis(-mu - tau * mode)
  # log integrand less that at the mode, d away from it
  fall <- function(d) {
    l <- tau * abs(d)
    counts <- ifelse(d < 0, -x * l - n * log1p(p * expm1(-l)),
                     -(n - x) * l - n * log1p(q * expm1(-l)))
    counts - d * (d + 2 * mode) / 2
  }
  reach <- sqrt(2 * FALL) + 0.1
  left <- uniroot(function(d) fall(d) + FALL, c(-reach, 0), tol = 1e-8)$root
  right <- uniroot(function(d) fall(d) + FALL, c(0, reach), tol = 1e-8)$root
  a <- nodes(left, 0); b <- nodes(0, right)
  d <- c(a$at, b$at)
  w <- c(a$weight, b$weight) * exp(fall(d))
  mass <- sum(w); w <- w / mass
  u <- mode + d
  m1 <- sum(w * u); m2 <- sum(w * u^2)
  v1 <- sum(w * (u - m1)^2); v2 <- sum(w * (u^2 - m2)^2)
  v12 <- sum(w * (u - m1) * (u^2 - m2))
  at_mode <- x * (mu + tau * mode) - n * log1pexp(mu + tau * mode) - mode^2 / 2
  list(value = at_mode + log(mass) - log(2 * pi) / 2 + choose,
       score = c(m1, m2 - 1) / tau,
       hessian = matrix(c(v1 - 1, v12 - 2 * m1, v12 - 2 * m1, v2 - 3 * m2 + 1), 2) / tau^2)
}

evaluate <- function(x, n, at) {
  each <- Map(study, x, n, at[1], at[2])
  list(value = sum(sapply(each, `[[`, "value")),
       score = Reduce(`+`, lapply(each, `[[`, "score")),
       hessian = Reduce(`+`, lapply(each, `[[`, "hessian")))
}

climb <- function(x, n, start) {
  at <- start; here <- evaluate(x, n, at)
  for (i in 1:200) {
    e <- eigen(-here$hessian, symmetric = TRUE)
    size <- pmax(abs(e$values), 1e-8 * max(abs(e$values)))
    move <- drop(e$vectors %*% ((t(e$vectors) %*% here$score) / size))
    scale <- min(1, 1 / max(abs(move)))
    repeat {
      to <- at + scale * move; to[2] <- abs(to[2])
      there <- evaluate(x, n, to)
      # what rounding of sums over n persons allows
      if (there$value >= here$value - 1e-11 * abs(here$value) - 1e-14 * sum(n)) break
      if (scale < 1e-8) break
      scale <- scale / 2
    }
    size <- max(abs(to - at) / (1 + abs(to)))
    at <- to; here <- there
    if (size < 1e-12) break
    if (at[2] > 40) return(NULL)
  }
  if (size > 1e-9) return(NULL)
  c(here, list(at = at))
}

maximum <- function(x, n) {
  p <- sum(x) / sum(n); mu <- qlogis(p)
  common <- evaluate(x, n, c(mu, 0))
  curvature <- sum((x - n * p)^2 - n * p * (1 - p))
  best <- NULL
  for (tau in c(0.05, 0.3, 1, 3)) {
    found <- climb(x, n, c(mu, tau))
    if (is.null(found) || found$at[2] < 1e-5) next
    if (is.null(best) || found$value > best$value) best <- found
  }
  boundary <- is.null(best) || (curvature <= 0 && best$value <= common$value)
  if (boundary) best <- c(common, list(at = c(mu, 0)))
  c(best, list(common = common$value, boundary = boundary))
}

second_opinion <- function(x, n) {
  r <- suppressMessages(suppressWarnings(try(rma.glmm(measure = "PLO", xi = x, ni = n,
                                                      nAGQ = 100), silent = TRUE)))
  if (inherits(r, "try-error")) return(NULL)
  # metafor 3.8 takes glmer's conditional deviance for the marginal one; glmer's own log
  # likelihood is that of the saturated model short.
  study <- factor(seq_along(x))
  fit <- suppressMessages(suppressWarnings(glmer(cbind(x, n - x) ~ 1 + (1 | study),
                                                 family = binomial, nAGQ = 100)))
  likelihood <- as.vector(logLik(fit)) + sum(dbinom(x, n, x / n, log = TRUE))
  list(estimate = as.vector(r$beta), se = r$se, tau2 = r$tau2, i2 = r$I2, h2 = r$H2,
       q_lrt = r$QE.LRT, q_wald = r$QE.Wld, log_likelihood = likelihood)
}

# Wald's test of one proportion for all. Studies without events, or without non-events,
# have an infinite log odds and no weight: the limit of metafor's saturated model.
wald <- function(x, n) {
  inside <- x > 0 & x < n
  if (sum(inside) < 2) return(0)
  y <- log(x / (n - x))[inside]; w <- (1 / (1 / x + 1 / (n - x)))[inside]
  sum(w * (y - sum(w * y) / sum(w))^2)
}

one <- function(title, source, x, n) {
  x <- as.numeric(x); n <- as.numeric(n); k <- length(x)
  best <- maximum(x, n)
  mu <- best$at[1]; tau <- best$at[2]
  information <- -best$hessian
  inverse <- if (best$boundary) diag(c(1 / information[1, 1], 0)) else solve(information)
  se <- sqrt(inverse[1, 1])
  saturated <- sum(dbinom(x, n, x / n, log = TRUE))
  e <- escalc("PLO", xi = x, ni = n); w <- 1 / e$vi
  typical <- (k - 1) / (sum(w) - sum(w^2) / sum(w))
  lrt <- 2 * (saturated - best$common); wld <- wald(x, n)
  z <- qnorm(.975); t <- qt(.975, k - 1)
  out <- list(title = title, source = source, events = I(x), total = I(n), estimate = mu,
    se = se, tau2 = tau^2, tau2_se = 2 * tau * sqrt(inverse[2, 2]),
    log_likelihood = best$value, log_likelihood_common = best$common,
    statistic = mu / se, p = 2 * pnorm(-abs(mu / se)), p_t = 2 * pt(-abs(mu / se), k - 1),
    ci = c(mu - z * se, mu + z * se), ci_t = c(mu - t * se, mu + t * se),
    prediction = mu + c(-1, 1) * z * sqrt(se^2 + tau^2),
    prediction_t = mu + c(-1, 1) * t * sqrt(se^2 + tau^2),
    i2 = 100 * tau^2 / (tau^2 + typical), h2 = 1 + tau^2 / typical,
    q_lrt = lrt, q_lrt_p = pchisq(lrt, k - 1, lower.tail = FALSE),
    q_wald = wld, q_wald_p = pchisq(wld, k - 1, lower.tail = FALSE),
    rma_glmm = second_opinion(x, n))
  check(out, best, x, n)
  cat(title, mu, tau^2, "score", max(abs(best$score)), "\n")
  out
}

# The curvature against differences of the score; Q and I2 against metafor.
check <- function(out, best, x, n) {
  if (!best$boundary) {
    step <- 1e-3 * c(1, best$at[2])
    numeric <- sapply(1:2, function(i) {
      d <- replace(c(0, 0), i, step[i])
      (8 * (evaluate(x, n, best$at + d)$score - evaluate(x, n, best$at - d)$score) -
       (evaluate(x, n, best$at + 2 * d)$score - evaluate(x, n, best$at - 2 * d)$score)) /
        (12 * step[i])
    })
    stopifnot(max(abs(numeric - best$hessian)) <= 1e-5 * max(abs(best$hessian)))
  }
  r <- out$rma_glmm
  near <- function(a, b, tolerance) abs(a - b) <= tolerance * (1e-3 + abs(b))
  if (is.null(r)) return()
  # Where a study has no events, or no others, glm's saturated model ends somewhere.
  if (all(x > 0 & x < n)) stopifnot(near(out$q_lrt, r$q_lrt, 1e-6),
                                    near(out$q_wald, r$q_wald, 1e-3))
  if (r$tau2 > 0) stopifnot(near(r$tau2 / (r$h2 - 1), out$tau2 / (out$h2 - 1), 1e-6))
}

M <- 1e6
made_up <- function(title, x, n) one(title, "made up", x, n)
set.seed(20)
many <- rpois(200, 40) + 1
cases <- list(
  one("Hyperdynamic therapy of vasospasm",
      "Pritz MB, Zhou XH, Brizendine EJ (1996), J Neurosurg 84:165-171; dat.pritz1997",
      dat.pritz1997$xi, dat.pritz1997$ni),
  one("Standard care and adherence",
      "de Bruin M et al. (2009), Health Psychol 28:668-674; metadat dat.debruin2009",
      dat.debruin2009$xi, dat.debruin2009$ni),
  one("Loss of smell in COVID-19",
      "Hannum ME et al. (2020), Chem Senses 45:865-874; metadat dat.hannum2020",
      dat.hannum2020$xi, dat.hannum2020$ni),
  one("Complete ablation", "the review's own pool", c(1163, 231, 66, 59), c(1197, 258, 68, 64)),
  made_up("no events in most studies", c(0, 0, 0, 1, 0, 0, 2, 0, 0, 0),
          c(50, 61, 70, 80, 45, 90, 120, 66, 20, 35)),
  made_up("no events in all but one study", c(0, 0, 6, 0, 0), c(30, 25, 40, 50, 28)),
  made_up("all events in some studies", c(10, 12, 25, 40, 8, 18), c(10, 12, 25, 44, 9, 18)),
  made_up("all events or none in many studies", c(10, 0, 25, 40, 3, 18, 0, 31),
          c(10, 12, 25, 44, 9, 18, 30, 33)),
  made_up("two studies apart", c(3, 30), c(40, 45)),
  made_up("two studies alike", c(30, 41), c(300, 400)),
  made_up("two studies, one without events", c(0, 9), c(40, 45)),
  made_up("three studies of one size and proportion", c(10, 10, 10), c(100, 100, 100)),
  made_up("alike", c(10, 21, 30, 41, 9), c(100, 200, 300, 400, 100)),
  made_up("just homogeneous", c(10, 26, 30, 52, 9, 31), c(100, 200, 300, 400, 100, 250)),
  made_up("just heterogeneous", c(10, 30, 27, 56, 9, 33), c(100, 200, 300, 400, 100, 250)),
  made_up("totals of a million, rare", c(120, 431, 990, 77, 250),
          c(M, 999983, 1200000, 500000, M)),
  made_up("totals of a million, very heterogeneous", c(500000, 1000, 999000, 20, 400000),
          rep(M, 5)),
  made_up("totals of a million, alike", c(250000, 250431, 249800, 250100), rep(M, 4)),
  made_up("a million beside ten", c(3, 250431, 4, 7, 2), c(10, M, 12, 15, 9)),
  made_up("no events of a million beside some", c(0, 3, 0, 12), c(M, 20000, 40000, 300000)),
  made_up("none, all and five of a million", c(0, M, 5), rep(M, 3)),
  made_up("one and all but one of a million", c(1, M - 1), rep(M, 2)),
  made_up("nearly all of many, half of some, none",
          c(222845, 359128, 444212, 351474, 138739, 164730, 0),
          c(222846, 730105, 444313, 351474, 138755, 595798, 213227)),
  made_up("huge heterogeneity", c(1, 199, 2, 198, 200, 0, 100, 3, 200), rep(200, 9)),
  made_up("pairs", c(0, 2, 1, 2, 2, 0, 1, 2, 2, 0, 2, 1), rep(2, 12)),
  made_up("two hundred studies", rbinom(200, many, plogis(rnorm(200, -1.5, 0.7))), many))
write_oracle("binomial_normal", "One-stage pooled proportions",
  "the exact likelihood, maximised; conventions of metafor's rma.glmm", cases,
  "metafor", "metadat", "lme4", "statmod")
