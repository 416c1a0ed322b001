# Intervals of one proportion, tests of 2 x 2 tables, and the review's own pool, from R.
#
#   Rscript proportions.R > proportions.json
#
# Base R: binom.test (Clopper-Pearson), prop.test (Wilson, with and without continuity
# correction), fisher.test, chisq.test. metafor: rma with logits and Freeman-Tukey double
# arcsines, tightened stopping rules. prop.test shrinks its correction where the estimate
# is nearer to 0.5 than the correction, so no such case is listed for it.

suppressPackageStartupMessages(library(metafor))
options(digits = 17, warn = -1)

number <- function(x) trimws(formatC(x, digits = 17, format = "g"))
fields <- function(...) {
  given <- list(...)
  paste0("{", paste0('"', names(given), '": ', unlist(given), collapse = ", "), "}")
}

single <- list(c(0, 10), c(1, 10), c(10, 10), c(246, 256), c(33, 39), c(18, 30),
               c(25, 236), c(1, 1), c(3, 1000000), c(65, 66))
one <- sapply(single, function(xn) {
  x <- xn[1]; n <- xn[2]
  wilson <- prop.test(x, n, correct = FALSE)$conf.int
  corrected <- prop.test(x, n, correct = TRUE)$conf.int
  exact <- binom.test(x, n)$conf.int
  fields(events = x, total = n,
         wilson = paste0("[", number(wilson[1]), ", ", number(wilson[2]), "]"),
         wilson_corrected = paste0("[", number(corrected[1]), ", ", number(corrected[2]), "]"),
         clopper_pearson = paste0("[", number(exact[1]), ", ", number(exact[2]), "]"))
})

tables <- list(c(246, 256, 33, 39), c(213, 228, 18, 30), c(41, 228, 19, 30),
               c(17, 195, 8, 41), c(7, 180, 6, 180), c(11, 14, 48, 50), c(0, 12, 5, 11),
               c(46, 49, 185, 209), c(42, 44, 237, 251), c(11, 44, 49, 214))
two <- sapply(tables, function(t) {
  m <- matrix(c(t[1], t[2] - t[1], t[3], t[4] - t[3]), 2)
  fields(a_events = t[1], a_total = t[2], b_events = t[3], b_total = t[4],
         fisher = number(fisher.test(m)$p.value),
         pearson = number(chisq.test(m, correct = FALSE)$p.value),
         yates = number(chisq.test(m, correct = TRUE)$p.value))
})

xi <- c(1163, 231, 66, 59); ni <- c(1197, 258, 68, 64)
pooled <- sapply(c("PLO", "PFT"), function(measure) {
  sapply(c("REML", "DL", "ML", "PM"), function(method) {
    tight <- list(threshold = 1e-14, maxiter = 10000, tol = 1e-14)
    fit <- rma(measure = measure, xi = xi, ni = ni, method = method, test = "knha",
               control = tight)
    fields(measure = paste0('"', measure, '"'), method = paste0('"', method, '"'),
           estimate = number(as.numeric(fit$beta)), standard_error = number(fit$se),
           ci_low = number(fit$ci.lb), ci_high = number(fit$ci.ub),
           tau2 = number(fit$tau2), i2 = number(fit$I2), q = number(fit$QE))
  })
})

join <- function(x) paste(x, collapse = ",\n    ")
cat('{\n  "r": "', R.version.string, '",\n  "metafor": "',
    as.character(packageVersion("metafor")), '",\n  "one": [\n    ', join(one),
    '\n  ],\n  "two": [\n    ', join(two), '\n  ],\n  "pool": {"events": [',
    paste(xi, collapse = ", "), '], "total": [', paste(ni, collapse = ", "),
    '], "fits": [\n    ', join(as.vector(pooled)), '\n  ]}\n}\n', sep = "")
