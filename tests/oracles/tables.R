# Mantel-Haenszel and Peto from metafor's rma.mh and rma.peto, under its zero-cell rules.
#
#     Rscript tests/oracles/tables.R
#
# Writes tables.json. Needs metafor and metadat (Debian: r-cran-metafor). All are closed
# forms; where metafor's own sums lose digits to cancellation (totals of a million), the
# estimate and its variance are also worked out in 60 digits, and those are written.

source("tests/oracles/exact.R")

# ---- The same sums in 60 digits -----------------------------------------------------

exact <- function(measure, a, n1, c, n2) {
  a <- m(a); n1 <- m(n1); c <- m(c); n2 <- m(n2); b <- n1 - a; d <- n2 - c; N <- n1 + n2
  if (measure == "RR") {
    R <- sum(a * n2 / N); S <- sum(c * n1 / N)
    variance <- sum((n1 * n2 * (a + c) - a * c * N) / N^2) / (R * S)
    estimate <- log(R / S)
  } else if (measure == "OR") {
    R <- sum(a * d / N); S <- sum(b * c / N); P <- (a + d) / N; Q <- (b + c) / N
    variance <- (sum(P * a * d / N) / R^2 + sum(P * b * c / N + Q * a * d / N) / (R * S) +
                 sum(Q * b * c / N) / S^2) / 2
    estimate <- log(R / S)
  } else if (measure == "RD") {
    size <- sum(n1 * n2 / N)
    estimate <- sum((a * n2 - c * n1) / N) / size
    P <- sum(c * (n1 / N)^2 - a * (n2 / N)^2 + n1 * n2 * (n2 - n1) / N^2 / 2)
    Q <- sum((a * d + b * c) / N) / 2
    variance <- (estimate * P + Q) / size^2
  } else {
    V <- n1 * n2 * (a + c) * (b + d) / (N^2 * (N - 1)); E <- n1 * (a + c) / N
    estimate <- sum(a - E) / sum(V); variance <- 1 / sum(V)
  }
  list(estimate = asNumeric(estimate), se = asNumeric(sqrt(variance)))
}

near <- function(ours, theirs, tolerance) abs(ours - theirs) <= tolerance * abs(theirs)

# ---- metafor ------------------------------------------------------------------------

number <- function(x) if (is.null(x) || length(x) == 0) NA else as.vector(x)

fields <- function(r, sums, weighted = TRUE) Filter(Negate(is.null), list(
  estimate = sums$estimate, se = sums$se, statistic = sums$estimate / sums$se,
  p = 2 * pnorm(-abs(sums$estimate / sums$se)),
  ci_low = sums$estimate - qnorm(.975) * sums$se,
  ci_high = sums$estimate + qnorm(.975) * sums$se, q = number(r$QE), q_p = number(r$QEp),
  i2 = number(r$I2), h2 = number(r$H2), association = number(r$MH),
  association_p = number(r$MHp), in_q = r$k.yi,
  weights = if (weighted) I(unname(weights(r)) / 100)))

mantel_haenszel <- function(x, measure, rule, correct) {
  r <- suppressWarnings(try(rma.mh(ai = x$a, n1i = x$n1, ci = x$c, n2i = x$n2,
    measure = measure, to = rule, correct = correct), silent = TRUE))
  if (inherits(r, "try-error") || is.na(r$beta)) return(NULL)
  if (!is.finite(r$QE)) return(NULL) # a variance of 0: refused by the package
  sums <- exact(measure, x$a, x$n1, x$c, x$n2)
  stopifnot(abs(sums$estimate - r$beta) <= 1e-8 * abs(r$beta) + 1e-14,
            near(sums$se, r$se, 1e-7))
  c(list(measure = measure, zero_cells = rule, correction = correct),
    fields(r, sums, weighted = rule == "only0" && correct))
}

grid <- rbind(
  expand.grid(measure = c("RR", "OR", "RD"), rule = c("only0", "all", "if0all", "none"),
              correct = TRUE, stringsAsFactors = FALSE),
  data.frame(measure = "OR", rule = "only0", correct = FALSE))

peto <- function(x) {
  r <- suppressWarnings(try(rma.peto(ai = x$a, n1i = x$n1, ci = x$c, n2i = x$n2),
                            silent = TRUE))
  if (inherits(r, "try-error")) return(NULL)
  sums <- exact("PETO", x$a, x$n1, x$c, x$n2)
  stopifnot(abs(sums$estimate - r$beta) <= 1e-8 * abs(r$beta) + 1e-14,
            near(sums$se, r$se, 1e-7))
  c(list(measure = "PETO"), fields(r, sums))
}

one <- function(title, source, a, n1, c, n2) {
  x <- list(a = a, n1 = n1, c = c, n2 = n2)
  keep <- !is.na(a) & !is.na(n1) & !is.na(c) & !is.na(n2)
  x <- lapply(x, function(v) as.numeric(v[keep]))
  fits <- Map(function(measure, rule, correct) mantel_haenszel(x, measure, rule, correct),
              grid$measure, grid$rule, grid$correct, USE.NAMES = FALSE)
  fits <- Filter(Negate(is.null), c(fits, list(peto(x))))
  list(title = title, source = source,
       data = list(a_events = I(x$a), a_total = I(x$n1), b_events = I(x$c),
                   b_total = I(x$n2)), fits = fits)
}

# ---- Published ----------------------------------------------------------------------

from <- function(d, title, source, a = "ai", n1 = "n1i", c = "ci", n2 = "n2i")
  one(title, source, d[[a]], d[[n1]], d[[c]], d[[n2]])

bcg <- transform(dat.bcg, n1i = tpos + tneg, n2i = cpos + cneg)
yusuf <- split(dat.yusuf1985, dat.yusuf1985$table)
cases <- list(
  from(bcg, "BCG vaccine against tuberculosis",
       "Colditz GA et al. (1994), JAMA 271:698-702; metadat dat.bcg", "tpos", "n1i", "cpos"),
  from(dat.hine1989, "Lidocaine after myocardial infarction",
       "Hine LK et al. (1989), Arch Intern Med 149:2694-2698; metadat dat.hine1989"),
  from(dat.nielweise2007, "Catheters with anti-infective coating",
       "Niel-Weise BS et al. (2007), Intensive Care Med 33:2058-2068; dat.nielweise2007"),
  from(dat.collins1985a, "H2 antagonists in haemorrhage: deaths",
       "Collins R, Langman M (1985), N Engl J Med 313:660-666; metadat dat.collins1985a",
       "d.xti", "nti", "d.xci", "nci"),
  from(dat.collins1985a, "H2 antagonists in haemorrhage: bleeding",
       "Collins R, Langman M (1985), N Engl J Med 313:660-666; metadat dat.collins1985a",
       "b.xti", "nti", "b.xci", "nci"),
  from(dat.egger2001, "Intravenous magnesium after infarction", "metadat dat.egger2001"))
cases <- c(cases, lapply(names(yusuf), function(t) from(yusuf[[t]],
  paste("Beta blockade after infarction, table", t),
  "Yusuf S et al. (1985), Prog Cardiovasc Dis 27:335-371; metadat dat.yusuf1985")))

# ---- Extremes, made up --------------------------------------------------------------

M <- 1e6
made_up <- function(title, a, n1, c, n2) one(title, "made up", a, n1, c, n2)
cases <- c(cases, list(
  made_up("one study", 12, 40, 7, 42),
  made_up("one study with a zero cell", 0, 10, 3, 12),
  made_up("two studies, one without events", c(0, 4), c(20, 30), c(0, 9), c(21, 29)),
  made_up("two studies, one with all events", c(20, 4), c(20, 30), c(21, 9), c(21, 29)),
  made_up("zero cells, no events and all events",
    c(0, 5, 0, 10, 0, 3, 12), c(10, 20, 8, 10, 9, 30, 12),
    c(3, 4, 0, 10, 2, 0, 11), c(12, 15, 9, 10, 11, 28, 12)),
  made_up("mostly without events", c(0, 0, 0, 1, 0, 0, 2, 0), c(50, 61, 70, 80, 45, 90, 120, 66),
    c(0, 0, 1, 0, 0, 0, 1, 1), c(52, 60, 71, 79, 47, 88, 118, 65)),
  made_up("no difference at all", c(5, 10, 20), c(50, 100, 200), c(5, 10, 20), c(50, 100, 200)),
  made_up("less difference than the continuity correction", c(5, 11, 20), c(50, 100, 200),
    c(5, 10, 20), c(50, 101, 199)),
  made_up("opposite effects", c(40, 2, 30, 1), c(50, 50, 60, 40), c(3, 45, 2, 38), c(50, 50, 60, 40)),
  made_up("groups of very different size", c(1, 2, 0, 3), c(3, 4, 2, 5),
    c(1200, 3000, 15, 900), c(250000, 400000, 9000, 70000)),
  made_up("totals of a million", c(120, 431, 250131, 77, 999990), c(M, 999983, M, 500000, M),
    c(151, 402, 251007, 90, 999970), c(M, M, 999000, 510000, M)),
  made_up("almost no difference between millions", c(250000, 430001), c(M, M),
    c(250001, 430000), c(M, M)),
  made_up("one person in each group", c(1, 0, 1, 1), rep(1, 4), c(0, 1, 0, 1), rep(1, 4))))

write_oracle("tables", "Mantel-Haenszel and Peto", "metafor's rma.mh and rma.peto", cases,
             "metafor", "metadat")
