# metafor with tightened stopping rules, and how far it agrees with exact.R.

suppressMessages(library(metafor))

ITERATIVE <- c("ML", "REML", "EB", "PM", "PMM", "SJIT")

# Stopping rules relative to the size of the tau2 that is there to be found.
tight <- function(yi, vi, tau2) {
  size <- max(tau2, 1e-3 * min(vi))
  list(maxiter = 2000, threshold = 1e-12 * size, tol = 1e-13 * size,
       tau2.max = 100 * (diff(range(yi))^2 + max(vi)))
}

metafor_fit <- function(yi, vi, X, method, test, level, tau2, ...) {
  args <- list(yi = as.vector(yi), vi = as.vector(vi), method = method, test = test,
               level = 100 * level, ...)
  if (!is.null(X)) args <- c(args, list(mods = X, intercept = FALSE))
  if (method %in% ITERATIVE) args$control <- tight(yi, vi, tau2)
  if (method == "DL2") {
    # metafor has it only as a generalised Q estimator; mean and tests come at its tau2.
    start <- exact_fit(yi, vi, X, "DL")$tau2
    moment <- do.call(rma.uni, modifyList(args, list(method = "GENQ",
                                                     weights = 1 / (args$vi + start))))
    args$tau2 <- moment$tau2
    args$method <- "DL"
    r <- suppressWarnings(do.call(rma.uni, args))
    r$se.tau2 <- moment$se.tau2
    return(r)
  }
  suppressWarnings(do.call(rma.uni, args))
}

described <- function(r) {
  out <- list(estimate = as.vector(r$beta), se = r$se, statistic = as.vector(r$zval),
              p = r$pval, ci_low = r$ci.lb, ci_high = r$ci.ub, tau2 = r$tau2,
              tau2_se = r$se.tau2, i2 = r$I2, h2 = r$H2, q = r$QE, q_p = r$QEp,
              qm = r$QM, qm_p = r$QMp)
  if (r$int.only && !r$method %in% COMMON) {
    p <- predict(r)
    out$prediction_low <- p$pi.lb
    out$prediction_high <- p$pi.ub
  }
  out
}

# Largest relative difference of two lists of numbers, over the names of the first; what is
# 0 in the first (Fisher scoring only comes near it) or NaN in the second is left out.
gap <- function(expected, found) {
  differences <- unlist(lapply(names(expected), function(name) {
    a <- as.vector(expected[[name]])
    b <- as.vector(found[[name]])
    ifelse(is.finite(a) & is.finite(b) & a != 0, abs(a - b) / abs(a), 0)
  }))
  max(differences, 0)
}

# The exact fit, and beside it how far metafor is from it; "failed" if it gives none.
fit <- function(yi, vi, X = NULL, method = "REML", test = "z", level = 0.95,
                tested = NULL, ...) {
  e <- exact_fit(yi, vi, X, method, test, level, tested)
  r <- try(metafor_fit(yi, vi, X, method, test, level, e$tau2, ...), silent = TRUE)
  e$metafor_gap <- if (inherits(r, "try-error")) "failed" else gap(e[names(e)], described(r))
  e
}

versions <- function() list(
  R = R.version.string, metafor = as.character(packageVersion("metafor")),
  metadat = as.character(packageVersion("metadat")),
  Rmpfr = as.character(packageVersion("Rmpfr")))
