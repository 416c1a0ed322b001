# Writes the expected values of tests/oracles/test_metafor.py, one JSON file for each
# published analysis or made-up extreme. Run from the repository's root:
#
#     Rscript tests/oracles/metafor.R
#
# Needs metafor, metadat, lme4 and jsonlite (Debian: r-base-core, r-cran-metafor,
# r-cran-jsonlite). metafor's stopping rules are tightened to its own converged values.

suppressMessages({library(metafor); library(jsonlite)})

HERE <- "tests/oracles"
METHODS <- c("FE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM")
ITERATIVE <- c("ML", "REML", "EB", "PM", "PMM")

versions <- list(
  R = R.version.string,
  metafor = as.character(packageVersion("metafor")),
  metadat = as.character(packageVersion("metadat")),
  lme4 = as.character(packageVersion("lme4"))
)

# Stopping rules relative to the size of tau2, found in a first, rough pass.
tight <- function(yi, vi, mods = NULL, method) {
  top <- 100 * (diff(range(yi))^2 + max(vi))
  rough <- list(maxiter = 1e5, threshold = 1e-7 * min(vi), tau2.max = top,
                tol = 1e-7 * min(vi), stepadj = 1, ll0check = TRUE)
  if (!method %in% ITERATIVE) return(list())
  first <- try(suppressWarnings(do.call(rma.uni, c(list(yi, vi, method = method,
    control = rough), if (is.null(mods)) list() else list(mods = mods)))), silent = TRUE)
  size <- if (inherits(first, "try-error")) min(vi) else max(first$tau2, 1e-3 * min(vi))
  list(maxiter = 1e5, threshold = 1e-13 * size, tol = 1e-14 * size, tau2.max = top)
}

fit <- function(yi, vi, method, test = "z", mods = NULL) {
  args <- list(yi, vi, method = method, test = test,
               control = tight(yi, vi, mods, method))
  if (!is.null(mods)) args$mods <- mods
  r <- suppressWarnings(try(do.call(rma.uni, args), silent = TRUE))
  if (!inherits(r, "try-error") || !method %in% c("ML", "REML")) return(r)
  # Fisher scoring cycles or creeps on some data: solve the same likelihood equation by
  # bisection, and let metafor do the rest at that tau2.
  args$tau2 <- root_of_score(yi, vi, mods, method)
  suppressWarnings(do.call(rma.uni, args))
}

root_of_score <- function(yi, vi, mods, method) {
  X <- cbind(rep(1, length(yi)), mods)
  score <- function(t) {
    W <- diag(1 / (vi + t))
    P <- W - W %*% X %*% solve(t(X) %*% W %*% X) %*% t(X) %*% W
    y <- P %*% yi
    sum(y^2) - if (method == "REML") sum(diag(P)) else sum(diag(W))
  }
  grid <- c(0, min(vi) * 10^seq(-6, 14, length.out = 400))
  s <- sapply(grid, score)
  falls <- which(s[-length(s)] > 0 & s[-1] <= 0)
  if (length(falls) == 0) return(0)
  if (length(falls) > 1 || s[1] <= 0) stop("several maxima")
  uniroot(score, grid[falls + 0:1], tol = 1e-16 * grid[falls + 1], maxiter = 1e4)$root
}

number <- function(x) if (is.null(x) || length(x) == 0) NA else as.vector(x)

pooled <- function(yi, vi, method, test) {
  r <- fit(yi, vi, method, test)
  if (inherits(r, "try-error")) return(NULL)
  p <- suppressWarnings(predict(r))
  list(method = method, test = test, estimate = number(r$beta), se = number(r$se),
       statistic = number(r$zval), p = number(r$pval), ci_low = number(r$ci.lb),
       ci_high = number(r$ci.ub), prediction_low = number(p$pi.lb),
       prediction_high = number(p$pi.ub), tau2 = number(r$tau2),
       tau2_se = number(r$se.tau2), i2 = number(r$I2), h2 = number(r$H2),
       q = number(r$QE), q_p = number(r$QEp))
}

pools <- function(yi, vi) {
  tests <- if (length(yi) > 1) c("z", "t", "knha", "adhoc") else "z"
  grid <- expand.grid(method = METHODS, test = tests, stringsAsFactors = FALSE)
  grid <- grid[grid$test == "z" | grid$method %in% c("DL", "REML", "FE"), ]
  Filter(Negate(is.null), Map(function(m, t) pooled(yi, vi, m, t),
                              grid$method, grid$test, USE.NAMES = FALSE))
}

q_profile <- function(yi, vi) {
  if (length(yi) < 2) return(NULL)
  r <- fit(yi, vi, "REML")
  if (inherits(r, "try-error")) return(NULL)
  top <- 1e4 * (diff(range(yi))^2 + max(vi))
  ci <- suppressWarnings(try(confint(r, control = list(tol = 1e-14 * min(vi),
    maxiter = 1e5, tau2.max = top)), silent = TRUE))
  if (inherits(ci, "try-error")) return(NULL)
  list(tau2 = as.vector(ci$random["tau^2", 2:3]), i2 = as.vector(ci$random["I^2(%)", 2:3]),
       h2 = as.vector(ci$random["H^2", 2:3]), empty = isTRUE(ci$ci.null))
}

series <- function(x) {
  list(estimate = number(x$estimate), se = number(x$se), p = number(x$pval),
       ci_low = number(x$ci.lb), ci_high = number(x$ci.ub), q = number(x$Q),
       q_p = number(x$Qp), tau2 = number(x$tau2), i2 = number(x$I2), h2 = number(x$H2))
}

# metafor fails on some steps of a cumulative REML: fit each step here instead.
steps <- function(yi, vi, method, test, keep) {
  rows <- lapply(seq_along(yi), function(i) {
    k <- keep(i, length(yi))
    p <- pooled(yi[k], vi[k], method, if (length(k) > 1) test else "z")
    p
  })
  take <- function(name) sapply(rows, function(row) row[[name]])
  list(method = method, test = test, estimate = take("estimate"), se = take("se"),
       p = take("p"), ci_low = take("ci_low"), ci_high = take("ci_high"), q = take("q"),
       q_p = take("q_p"), tau2 = take("tau2"), i2 = take("i2"), h2 = take("h2"))
}

sensitivity <- function(yi, vi) {
  cases <- list(c("REML", "z"), c("DL", "z"), c("FE", "z"), c("PM", "knha"))
  but_one <- function(i, k) setdiff(seq_len(k), i)
  first <- function(i, k) seq_len(i)
  # Before metafor 4 there is no cumul() with tightened controls for every step.
  list(
    leave_one_out = lapply(cases, function(x) steps(yi, vi, x[1], x[2], but_one)),
    cumulative = lapply(cases, function(x) steps(yi, vi, x[1], x[2], first))
  )
}

diagnostics <- function(yi, vi, mods = NULL) {
  lapply(c("z", "knha"), function(test) {
    r <- fit(yi, vi, "REML", test, mods)
    x <- influence(r)
    list(method = "REML", test = test, rstudent = x$inf$rstudent, dffits = x$inf$dffits,
         cook = x$inf$cook.d, covariance_ratio = x$inf$cov.r, tau2 = x$inf$tau2.del,
         q = x$inf$QE.del, hat = x$inf$hat, weight = x$inf$weight,
         dfbetas = unname(as.matrix(as.data.frame(x$dfbs[seq_len(r$p)]))),
         influential = unname(x$is.infl))
  })
}

regressions <- function(yi, vi, mods) {
  grid <- expand.grid(method = c("FE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM"),
                      test = c("z", "knha"), stringsAsFactors = FALSE)
  Map(function(m, t) {
    r <- fit(yi, vi, m, t, mods)
    # R2 compares with the model without moderators, which rma fits loosely
    r2 <- if (m == "FE") r$R2 else {
      without <- fit(yi, vi, m)$tau2
      if (without > 0) max(0, 100 * (without - r$tau2) / without) else 0
    }
    list(method = m, test = t, coefficients = number(r$beta), se = number(r$se),
         p = number(r$pval), ci_low = number(r$ci.lb), ci_high = number(r$ci.ub),
         qm = number(r$QM), qm_p = number(r$QMp), qe = number(r$QE), qe_p = number(r$QEp),
         tau2 = number(r$tau2), tau2_se = number(r$se.tau2), i2 = number(r$I2),
         h2 = number(r$H2), r2 = r2)
  }, grid$method, grid$test, USE.NAMES = FALSE)
}

asymmetry <- function(yi, vi) {
  r <- fit(yi, vi, "REML")
  egger <- lapply(list(c("rma", "sei"), c("rma", "vi"), c("lm", "sei"), c("lm", "vi")),
    function(x) {
      predictor <- if (x[2] == "sei") sqrt(vi) else vi
      loose <- regtest(r, model = x[1], predictor = x[2])
      if (x[1] == "rma") {
        m <- fit(yi, vi, "REML", "z", cbind(predictor))
        list(model = x[1], predictor = x[2], statistic = m$zval[2], p = m$pval[2],
             limit = m$beta[1], limit_low = m$ci.lb[1], limit_high = m$ci.ub[1],
             metafor_default = loose$pval)
      } else {
        list(model = x[1], predictor = x[2], statistic = loose$zval, p = loose$pval,
             limit = loose$est, limit_low = loose$ci.lb, limit_high = loose$ci.ub)
      }
    })
  begg <- suppressWarnings(ranktest(yi, vi))
  fills <- lapply(list(c("L0", "left"), c("L0", "right"), c("R0", "left"), c("R0", "right"),
                       c("L0", NA), c("R0", NA)), function(x) {
    for (method in c("REML", "FE")) {
      m <- fit(yi, vi, method)
      args <- list(m, estimator = x[1], control = tight(yi, vi, NULL, method))
      if (!is.na(x[2])) args$side <- x[2]
      t <- do.call(trimfill, args)
      if (method == "REML") reml <- t else common <- t
    }
    describe <- function(t) list(missing = t$k0, missing_se = t$se.k0, side = t$side,
      estimate = number(t$beta), se = number(t$se), tau2 = number(t$tau2))
    list(estimator = x[1], side = x[2], REML = describe(reml), CE = describe(common))
  })
  list(egger = egger, begg = list(tau = number(begg$tau), p = number(begg$pval)),
       trim_and_fill = fills)
}

tables <- function(a, n1, c, n2) {
  one <- function(r) list(estimate = number(r$beta), se = number(r$se), p = number(r$pval),
    q = number(r$QE), q_p = number(r$QEp), i2 = number(r$I2), h2 = number(r$H2),
    association = number(r$MH), association_p = number(r$MHp), studies = r$k.yi)
  mh <- lapply(c("RR", "OR", "RD"), function(m) c(list(measure = m),
    one(suppressWarnings(rma.mh(ai = a, n1i = n1, ci = c, n2i = n2, measure = m)))))
  peto <- suppressWarnings(rma.peto(ai = a, n1i = n1, ci = c, n2i = n2))
  list(mantel_haenszel = mh, peto = one(peto))
}

# One dataset: effects, pools and whatever else applies.
analyse <- function(file, title, source, page, data, effects, extras = list(),
                    deep = FALSE) {
  out <- list(title = title, source = source, page = page, versions = versions,
              data = data)
  out$measures <- lapply(names(effects), function(measure) {
    e <- effects[[measure]]
    yi <- as.vector(e$yi); vi <- as.vector(e$vi)
    more <- list(measure = measure, yi = yi, vi = vi, pools = pools(yi, vi),
                 q_profile = q_profile(yi, vi))
    if (deep && measure == names(effects)[1]) {
      more$sensitivity <- sensitivity(yi, vi)
      more$influence <- diagnostics(yi, vi)
      more$asymmetry <- asymmetry(yi, vi)
    }
    more
  })
  out <- c(out, extras)
  write(toJSON(out, auto_unbox = TRUE, digits = NA, na = "null", null = "null",
               pretty = FALSE), file.path(HERE, paste0(file, ".json")))
  cat(file, "\n")
}

two_by_two <- function(a, n1, c, n2, measures = c("RR", "OR", "RD", "PETO", "AS"))
  sapply(measures, function(m) escalc(m, ai = a, n1i = n1, ci = c, n2i = n2),
         simplify = FALSE)
single <- function(x, n, measures = c("PLO", "PR", "PLN", "PAS", "PFT"))
  sapply(measures, function(m) escalc(m, xi = x, ni = n), simplify = FALSE)
table_data <- function(a, n1, c, n2)
  list(a_events = a, a_total = n1, b_events = c, b_total = n2)

# ---- Published analyses ------------------------------------------------------------

d <- dat.bcg
n1 <- d$tpos + d$tneg; n2 <- d$cpos + d$cneg
e <- escalc("RR", ai = tpos, n1i = n1, ci = cpos, n2i = n2, data = d)
mods <- cbind(d$ablat, d$year)
ablat <- cbind(d$ablat)
subgroup <- fit(e$yi, e$vi, "REML", "z", model.matrix(~ alloc, d)[, -1])
analyse("bcg", "BCG vaccine against tuberculosis",
  "Colditz GA et al. (1994), JAMA 271:698-702, data as metadat's dat.bcg", "table 1",
  table_data(d$tpos, n1, d$cpos, n2), two_by_two(d$tpos, n1, d$cpos, n2),
  list(tables = tables(d$tpos, n1, d$cpos, n2),
       moderators = list(x = mods, fits = regressions(e$yi, e$vi, mods),
                         influence_x = d$ablat,
                         influence = diagnostics(e$yi, e$vi, ablat)),
       subgroups = list(groups = as.character(d$alloc), q_between = subgroup$QM,
                        q_between_p = subgroup$QMp)), deep = TRUE)

d <- dat.nielweise2007
analyse("nielweise2007", "Catheters with anti-infective coating",
  "Niel-Weise BS, Stijnen T, van den Broek PJ (2007), Intensive Care Med 33:2058-2068",
  "as metadat's dat.nielweise2007", table_data(d$ai, d$n1i, d$ci, d$n2i),
  two_by_two(d$ai, d$n1i, d$ci, d$n2i),
  list(tables = tables(d$ai, d$n1i, d$ci, d$n2i)), deep = TRUE)

d <- dat.hine1989
analyse("hine1989", "Lidocaine after myocardial infarction",
  "Hine LK et al. (1989), Arch Intern Med 149:2694-2698", "as metadat's dat.hine1989",
  table_data(d$ai, d$n1i, d$ci, d$n2i), two_by_two(d$ai, d$n1i, d$ci, d$n2i),
  list(tables = tables(d$ai, d$n1i, d$ci, d$n2i)))

d <- subset(dat.yusuf1985, table == "6")
analyse("yusuf1985", "Long-term beta blockade after infarction",
  "Yusuf S et al. (1985), Prog Cardiovasc Dis 27:335-371", "table 6",
  table_data(d$ai, d$n1i, d$ci, d$n2i), two_by_two(d$ai, d$n1i, d$ci, d$n2i),
  list(tables = tables(d$ai, d$n1i, d$ci, d$n2i)))

proportion <- function(x, n) {
  r <- suppressWarnings(try(rma.glmm(measure = "PLO", xi = x, ni = n, nAGQ = 100),
                            silent = TRUE))
  list(xi = x, ni = n, nodes = 100,
       estimate = number(r$beta), se = number(r$se), tau2 = number(r$tau2),
       i2 = number(r$I2), h2 = number(r$H2), q_wald = number(r$QE.Wld),
       q_lrt = number(r$QE.LRT), q_wald_p = number(r$QEp.Wld), q_lrt_p = number(r$QEp.LRT))
}

d <- dat.pritz1997
analyse("pritz1997", "Hyperdynamic therapy of vasospasm",
  "Pritz MB, Zhou XH, Brizendine EJ (1996), J Neurosurg 84:165-171", "table 1",
  list(events = d$xi, total = d$ni), single(d$xi, d$ni),
  list(glmm = proportion(d$xi, d$ni)), deep = TRUE)

d <- dat.debruin2009
analyse("debruin2009", "Standard care and adherence",
  "de Bruin M et al. (2009), Health Psychol 28:668-674", "as metadat's dat.debruin2009",
  list(events = d$xi, total = d$ni), single(d$xi, d$ni),
  list(glmm = proportion(d$xi, d$ni)))

d <- dat.hannum2020
analyse("hannum2020", "Loss of smell in COVID-19",
  "Hannum ME et al. (2020), Chem Senses 45:865-874", "as metadat's dat.hannum2020",
  list(events = d$xi, total = d$ni), single(d$xi, d$ni),
  list(glmm = proportion(d$xi, d$ni)))

d <- dat.normand1999
means <- list(a_mean = d$m1i, a_sd = d$sd1i, a_total = d$n1i, b_mean = d$m2i,
              b_sd = d$sd2i, b_total = d$n2i)
analyse("normand1999", "Stay in hospital after stroke",
  "Normand SLT (1999), Stat Med 18:321-359", "table III", means,
  sapply(c("MD", "SMD", "SMDH", "ROM"), function(m) escalc(m, m1i = d$m1i,
    sd1i = d$sd1i, n1i = d$n1i, m2i = d$m2i, sd2i = d$sd2i, n2i = d$n2i),
    simplify = FALSE), deep = TRUE)

d <- dat.hart1999
analyse("hart1999", "Warfarin against stroke",
  "Hart RG et al. (1999), Ann Intern Med 131:492-501", "as metadat's dat.hart1999",
  list(a_events = d$x1i, a_time = d$t1i, b_events = d$x2i, b_time = d$t2i),
  list(IRR = escalc("IRR", x1i = d$x1i, t1i = d$t1i, x2i = d$x2i, t2i = d$t2i)))
analyse("hart1999_control", "Strokes without warfarin",
  "Hart RG et al. (1999), Ann Intern Med 131:492-501", "as metadat's dat.hart1999",
  list(events = d$x2i, time = d$t2i),
  list(IR = escalc("IR", xi = d$x2i, ti = d$t2i), IRLN = escalc("IRLN", xi = d$x2i,
                                                               ti = d$t2i)))

d <- dat.molloy2014
analyse("molloy2014", "Conscientiousness and adherence",
  "Molloy GJ, O'Carroll RE, Ferguson E (2014), Ann Behav Med 47:92-101", "table 1",
  list(correlation = d$ri, total = d$ni), list(ZCOR = escalc("ZCOR", ri = d$ri, ni = d$ni)),
  deep = TRUE)

d <- dat.bangertdrowns2004
d <- d[!is.na(d$length) & !is.na(d$wic), ]
analyse("bangertdrowns2004", "Writing to learn",
  "Bangert-Drowns RL, Hurley MM, Wilkinson B (2004), Rev Educ Res 74:29-58",
  "as metadat's dat.bangertdrowns2004",
  list(estimate = d$yi, variance = d$vi), list(GEN = d),
  list(moderators = list(x = cbind(d$length, d$wic), fits = regressions(d$yi, d$vi,
       cbind(d$length, d$wic)), influence_x = d$length,
       influence = diagnostics(d$yi, d$vi, cbind(d$length)))), deep = TRUE)

d <- dat.raudenbush1985
analyse("raudenbush1985", "Teachers' expectations and pupils' IQ",
  "Raudenbush SW (1984), J Educ Psychol 76:85-97", "as metadat's dat.raudenbush1985",
  list(estimate = d$yi, variance = d$vi), list(GEN = d),
  list(moderators = list(x = cbind(d$weeks), fits = regressions(d$yi, d$vi,
       cbind(d$weeks)), influence_x = d$weeks,
       influence = diagnostics(d$yi, d$vi, cbind(d$weeks)))), deep = TRUE)

# ---- Extremes, made up -------------------------------------------------------------

made_up <- function(file, title, yi, vi) analyse(paste0("extreme_", file), title,
  "made up", "", list(estimate = yi, variance = vi),
  list(GEN = data.frame(yi = yi, vi = vi)))

made_up("k1", "one study", 0.3, 0.04)
made_up("k2", "two studies apart", c(-0.5, 1.25), c(0.04, 0.09))
made_up("k2_alike", "two studies alike", c(0.5, 0.5625), c(0.04, 0.09))
made_up("equal", "no spread at all", rep(0.25, 6), c(0.01, 0.04, 0.02, 0.08, 0.03, 0.05))
made_up("huge_heterogeneity", "effects far apart, precise",
  c(-800, 350, 20, 1200, -90, 640, 5), c(0.5, 0.25, 1, 2, 0.125, 0.5, 4))
made_up("ten_orders", "variances over ten orders of magnitude",
  c(1, 1.5, 0.25, 3, -2, 4.5, 0.75, 1.25, 2, -1),
  c(1e-8, 1e-6, 1e-5, 1e-4, 1e-2, 0.1, 1, 10, 50, 100))
made_up("tiny_variances", "variances near 1e-9",
  c(1.0001, 1.0002, 1.00005, 1.00018, 1.00011), c(2, 5, 1, 3, 4) * 1e-9)
made_up("large_scale", "effects of a million",
  c(1.2e6, 1.35e6, 0.9e6, 1.1e6, 1.6e6, 1.25e6), c(1e9, 4e9, 2e9, 8e9, 5e9, 3e9))

counts <- function(file, title, a, n1, c, n2) analyse(paste0("extreme_", file), title,
  "made up", "", table_data(a, n1, c, n2), two_by_two(a, n1, c, n2),
  list(tables = tables(a, n1, c, n2)))
counts("zero_cells", "zero cells, no events and all events",
  c(0, 5, 0, 10, 0, 3, 12), c(10, 20, 8, 10, 9, 30, 12),
  c(3, 4, 0, 10, 2, 0, 11), c(12, 15, 9, 10, 11, 28, 12))
counts("million", "totals of a million",
  c(120, 431, 250131, 77, 999990), c(1e6, 999983, 1e6, 500000, 1e6),
  c(151, 402, 251007, 90, 999970), c(1e6, 1e6, 999000, 510000, 1e6))

proportions <- function(file, title, x, n) analyse(paste0("extreme_", file), title,
  "made up", "", list(events = x, total = n), single(x, n),
  list(glmm = proportion(x, n)))
proportions("all_events", "many studies with all events or none",
  c(10, 0, 25, 40, 3, 18, 0, 31), c(10, 12, 25, 44, 9, 18, 30, 33))
proportions("million_proportions", "proportions of a million",
  c(120, 431, 990, 77, 250), c(1e6, 999983, 1200000, 500000, 1e6))
proportions("alike", "proportions without heterogeneity",
  c(10, 21, 30, 41, 9), c(100, 200, 300, 400, 100))
