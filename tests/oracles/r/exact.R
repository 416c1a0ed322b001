# The equations of metafor's rma.uni in 256-bit arithmetic.
#
# rma.uni works with k x k matrices of doubles, and iterates until tau2 moves by less than
# a threshold: with variances over ten orders of magnitude, or effects far from 0, several
# digits are lost, and its default threshold leaves more. So expected values are computed
# here, with the same formulae, and rma.uni with tightened controls (metafor_fit.R) is
# asked to agree as far as its arithmetic reaches.

suppressMessages(library(Rmpfr))

BITS <- 256L
COMMON <- c("CE", "EE", "FE")
LIKELIHOOD <- c("ML", "REML")
EQUATION <- c("EB", "PM", "PMM", "SJIT")

big <- function(x) mpfr(x, BITS)

# As doubles; what 256 bits leave of a zero is zero.
plain <- function(x) {
  x <- as.numeric(x)
  ifelse(abs(x) < 1e-60, 0, x)
}

# Effects, variances and a design, which is a column of ones if nothing is given. Small
# matrices are lists of rows: Rmpfr's own are slow.
model <- function(yi, vi, X = NULL) {
  yi <- as.vector(yi)
  vi <- as.vector(vi)
  X <- if (is.null(X)) matrix(1, length(yi), 1) else unname(as.matrix(X))
  list(y = big(yi), v = big(vi), k = length(yi), p = ncol(X), mean = all(X == 1),
       x = lapply(seq_len(ncol(X)), function(j) big(X[, j])),
       doubles = list(y = if (all(X[, 1] == 1)) yi - yi[which.min(vi)] else yi, v = vi,
                      X = X))
}

gram <- function(m, u) lapply(m$x, function(a) {
  ua <- u * a
  do.call(c, lapply(m$x, function(b) sum(ua * b)))
})
project <- function(m, u) do.call(c, lapply(m$x, function(a) sum(a * u)))
apply_to <- function(A, b) do.call(c, lapply(A, function(row) sum(row * b)))
times <- function(A, B) lapply(A, function(row) {
  out <- 0
  for (i in seq_along(B)) out <- out + row[i] * B[[i]]
  out
})
diagonal <- function(A) do.call(c, lapply(seq_along(A), function(i) A[[i]][i]))
trace_of <- function(A) sum(diagonal(A))
corner <- function(A, which) lapply(A[which], function(row) row[which])
scaled <- function(A, by) lapply(A, function(row) row * by)

# Inverse and determinant of a small positive definite matrix, by elimination.
inverse <- function(A) {
  p <- length(A)
  if (p == 1) return(list(inverse = list(1 / A[[1]]), determinant = A[[1]]))
  B <- lapply(seq_len(p), function(i) big(as.numeric(seq_len(p) == i)))
  determinant <- big(1)
  for (i in seq_len(p)) {
    pivot <- A[[i]][i]
    determinant <- determinant * pivot
    A[[i]] <- A[[i]] / pivot
    B[[i]] <- B[[i]] / pivot
    for (j in setdiff(seq_len(p), i)) {
      factor <- A[[j]][i]
      A[[j]] <- A[[j]] - factor * A[[i]]
      B[[j]] <- B[[j]] - factor * B[[i]]
    }
  }
  list(inverse = B, determinant = determinant)
}

fitted_at <- function(m, beta) {
  out <- 0
  for (j in seq_len(m$p)) out <- out + m$x[[j]] * beta[j]
  out
}

# Fit, quadratic forms and traces at one tau2, with P = W - W X (X'WX)^-1 X'W; each is
# computed when it is first asked for.
at <- function(m, tau2) {
  e <- new.env()
  lazily <- function(name, value) delayedAssign(name, value, assign.env = e)
  w <- 1 / (m$v + tau2)
  e$w <- w
  lazily("sw", sum(w))
  lazily("sw2", sum(w^2))
  lazily("q", sum(w * e$residual^2))
  lazily("q2", sum((w * e$residual)^2))
  if (m$mean) {
    lazily("covariance", list(1 / e$sw))
    lazily("determinant", e$sw)
    lazily("beta", sum(w * m$y) / e$sw)
    lazily("residual", m$y - e$beta)
    lazily("tr", e$sw - e$sw2 / e$sw)
    lazily("tr2", e$sw2 - 2 * sum(w^3) / e$sw + (e$sw2 / e$sw)^2)
    return(e)
  }
  solved <- inverse(gram(m, w))
  C <- solved$inverse
  e$covariance <- C
  e$determinant <- solved$determinant
  lazily("beta", apply_to(C, project(m, w * m$y)))
  lazily("residual", m$y - fitted_at(m, e$beta))
  lazily("square", times(C, gram(m, w^2)))
  lazily("tr", e$sw - trace_of(e$square))
  lazily("tr2", e$sw2 - 2 * trace_of(times(C, gram(m, w^3))) +
    trace_of(times(e$square, e$square)))
  e
}

# Residual squares, tr AV and tr AVAV of the unweighted fit, A = I - X (X'X)^-1 X'.
unweighted <- function(m) {
  one <- big(rep(1, m$k))
  C <- inverse(gram(m, one))$inverse
  r <- m$y - fitted_at(m, apply_to(C, project(m, m$y)))
  once <- times(C, gram(m, m$v))
  list(squares = sum(r^2), tr = sum(m$v) - trace_of(once),
       tr2 = sum(m$v^2) - 2 * trace_of(times(C, gram(m, m$v^2))) +
         trace_of(times(once, once)))
}

likelihood <- function(m, tau2, method) {
  a <- at(m, tau2)
  -(sum(log(m$v + tau2)) + a$q + if (method == "REML") log(a$determinant) else 0) / 2
}

# The same in doubles, good enough to find where the roots are.
rough <- function(m, tau2) {
  d <- m$doubles
  w <- 1 / (d$v + tau2)
  if (m$mean) {
    sw <- sum(w)
    r <- d$y - sum(w * d$y) / sw
    return(list(q = sum(w * r^2), q2 = sum((w * r)^2), sw = sw, tr = sw - sum(w^2) / sw))
  }
  basis <- qr.Q(qr(d$X * sqrt(w)))
  whitened <- d$y * sqrt(w)
  r <- whitened - basis %*% crossprod(basis, whitened)
  r <- r - basis %*% crossprod(basis, r)
  list(q = sum(r^2), q2 = sum(w * r^2), sw = sum(w),
       tr = sum(w * (1 - rowSums(basis^2))))
}

rough_squares <- function(m) sum(lm.fit(m$doubles$X, m$doubles$y)$residuals^2)

# A root between two doubles: in doubles first, then by secants in 256 bits.
root <- function(equation, m, low, high) {
  near <- uniroot(function(t) equation(rough(m, t)), c(low, high),
                  tol = 1e-15 * (low + min(m$doubles$v)), maxiter = 1000)$root
  f <- function(t) equation(at(m, t))
  before <- big(near)
  now <- before * (1 + big(2)^-30) + min(m$v) * big(2)^-60
  value_before <- f(before)
  for (i in 1:20) {
    value <- f(now)
    if (value == value_before) break
    following <- now - value * (now - before) / (value - value_before)
    before <- now
    value_before <- value
    now <- following
    if (abs(now - before) <= big(2)^-180 * now) {
      if (now < low * (1 - 1e-6) || now > high * (1 + 1e-6)) stop("a root went astray")
      return(now)
    }
  }
  stop("secants do not settle")
}

# The highest maximum of a likelihood: every fall of its score through 0, and 0 itself.
maximum <- function(m, method, points = 300) {
  score <- if (method == "REML") function(s) s$q2 - s$tr else function(s) s$q2 - s$sw
  unit <- min(m$doubles$v)
  top <- max(rough_squares(m), unit)
  while (score(rough(m, top)) > 0) top <- top * 16
  grid <- unit * expm1(seq(0, log1p(top / unit), length.out = points))
  s <- vapply(grid, function(t) score(rough(m, t)), 0)
  found <- if (score(at(m, big(0))) <= 0) list(big(0)) else list()
  for (i in which(s[-points] > 0 & s[-1] <= 0))
    found <- c(found, list(root(score, m, grid[i], grid[i + 1])))
  if (!length(found)) stop("no maximum of the likelihood")
  heights <- if (length(found) == 1) 0 else
    vapply(found, function(t) plain(likelihood(m, t, method)), 0)
  list(value = found[[which.max(heights)]], maxima = length(found))
}

q_root <- function(m, target) {
  equation <- function(s) s$q - target
  if (equation(at(m, big(0))) <= 0) return(big(0))
  top <- max(rough_squares(m), min(m$doubles$v))
  while (equation(rough(m, top)) > 0) top <- top * 16
  root(equation, m, 0, top)
}

population_variance <- function(m) {
  centred <- m$y - sum(m$y) / m$k
  sum(centred^2) / m$k
}

# tau2 before it is cut at 0.
tau2_of <- function(m, method) {
  k <- m$k
  p <- m$p
  if (method %in% COMMON || k <= p) return(big(0))
  if (method %in% LIKELIHOOD) return(maximum(m, method)$value)
  if (method == "PMM") return(q_root(m, qchisq(0.5, k - p)))
  if (method %in% c(EQUATION, "DLIT")) return(q_root(m, k - p))
  if (method == "HE") {
    u <- unweighted(m)
    return((u$squares - u$tr) / (k - p))
  }
  if (method == "SJ") {
    start <- population_variance(m)
    return(start * at(m, start)$q / (k - p))
  }
  a <- at(m, big(0))
  if (method == "HS") return((a$q - k) / a$sw)
  if (method == "HSk") return((a$q * k / (k - p) - k) / a$sw)
  first <- (a$q - (k - p)) / a$tr
  if (method == "DL") return(first)
  first <- max(first, big(0))
  a <- at(m, first)
  (a$q - (k - p) + first * a$tr) / a$tr
}

tau2_se <- function(m, method, tau2) {
  k <- m$k
  p <- m$p
  if (method %in% COMMON || k <= p) return(NA)
  a <- at(m, tau2)
  if (method == "ML") return(sqrt(2 / a$sw2))
  if (method == "REML") return(sqrt(2 / a$tr2))
  if (method %in% EQUATION) return(sqrt(2 * big(k)^2 / (k - p)) / a$sw)
  start <- switch(method, SJ = population_variance(m), DL2 = max(tau2_of(m, "DL"), 0),
                  DLIT = tau2, big(0))
  a <- at(m, start)
  # A = P at the weights of `start`, and V = (V + start) - start
  avav <- (k - p) - 2 * start * a$tr + start^2 * a$tr2
  ava <- a$tr - start * a$tr2
  aa <- a$tr2
  divisor <- a$tr
  if (method == "HE") {
    u <- unweighted(m)
    avav <- u$tr2
    ava <- u$tr
    aa <- divisor <- k - p
  }
  if (method == "SJ") {
    if (start == 0) return(big(0))
    divisor <- (k - p) / start
  }
  if (method %in% c("HS", "HSk")) divisor <- a$sw
  if (method == "HSk") divisor <- divisor * (k - p) / k
  sqrt(2 * avav + 4 * tau2 * ava + 2 * tau2^2 * aa) / divisor
}

# Variance of the mean times this: Knapp and Hartung's factor, and its variant.
scale_of <- function(q, df, test) {
  if (!test %in% c("knha", "adhoc") || df < 1) return(big(1))
  if (test == "adhoc") max(q / df, big(1)) else q / df
}

# Everything that rma.uni returns, as doubles. The moderators tested by QM are `tested`.
exact_fit <- function(yi, vi, X = NULL, method = "REML", test = "z", level = 0.95,
                      tested = NULL) {
  m <- model(yi, vi, X)
  k <- m$k
  p <- m$p
  df <- k - p
  if (k == 1) test <- "z"
  tau2 <- max(tau2_of(m, method), big(0))
  a <- at(m, tau2)
  covariance <- scaled(a$covariance, scale_of(a$q, df, test))
  se <- sqrt(diagonal(covariance))
  beta <- a$beta
  statistic <- ifelse(plain(beta) == 0, 0, plain(beta) / plain(se))
  normal <- test == "z"
  crit <- if (normal) qnorm((1 - level) / 2, lower.tail = FALSE) else
    qt((1 - level) / 2, df, lower.tail = FALSE)
  tail <- if (normal) pnorm(abs(statistic), lower.tail = FALSE) else
    pt(abs(statistic), df, lower.tail = FALSE)
  zero <- at(m, big(0))
  q <- if (df > 0) zero$q else big(0)
  common <- method %in% COMMON
  i2 <- big(0)
  h2 <- big(1)
  if (df > 0) {
    typical <- df / zero$tr
    i2 <- if (!common) 100 * tau2 / (typical + tau2) else
      if (q > 0) max(big(0), 100 * (q - df) / q) else big(0)
    h2 <- if (common) q / df else tau2 / typical + 1
  }
  out <- list(estimate = plain(beta), se = plain(se), statistic = statistic,
              p = 2 * tail, ci_low = plain(beta - crit * se),
              ci_high = plain(beta + crit * se), tau2 = plain(tau2),
              tau2_se = plain(tau2_se(m, method, tau2)), i2 = plain(i2), h2 = plain(h2),
              q = plain(q), q_p = if (df > 0) pchisq(plain(q), df, lower.tail = FALSE) else 1)
  if (p == 1 && is.null(X) && !common) {
    wide <- crit * sqrt(se^2 + tau2)
    out$prediction_low <- plain(beta - wide)
    out$prediction_high <- plain(beta + wide)
  }
  if (!is.null(tested)) {
    b <- beta[tested]
    qm <- sum(b * apply_to(inverse(corner(covariance, tested))$inverse, b))
    size <- length(tested)
    out$qm <- plain(qm / (if (normal) 1 else size))
    out$qm_p <- if (normal) pchisq(out$qm, size, lower.tail = FALSE) else
      pf(out$qm, size, df, lower.tail = FALSE)
  }
  attr(out, "model") <- m
  attr(out, "at") <- a
  attr(out, "covariance") <- covariance
  attr(out, "big_tau2") <- tau2
  attr(out, "crit") <- crit
  out
}
