# What is computed for one set of effects, one function for each section of the JSON.

METHODS <- c("CE", "DL", "DL2", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM",
             "DLIT", "SJIT")
TESTS <- c("z", "t", "knha", "adhoc")

labelled <- function(fit, ...) c(list(...), bare(fit))
bare <- function(fit) {
  attributes(fit) <- attributes(fit)["names"]
  fit
}

# Every estimator with z; every test, and other levels, with three of them.
pools <- function(yi, vi) {
  wanted <- data.frame(method = METHODS, test = "z", level = 0.95)
  if (length(yi) > 1) {
    wanted <- rbind(wanted, expand.grid(method = c("CE", "DL", "REML"), test = TESTS[-1],
                                        level = 0.95, stringsAsFactors = FALSE),
                    data.frame(method = c("REML", "PM"), test = c("z", "knha"),
                               level = c(0.8, 0.99)))
  }
  lapply(seq_len(nrow(wanted)), function(i) {
    w <- wanted[i, ]
    labelled(fit(yi, vi, NULL, w$method, w$test, w$level), method = w$method,
             test = w$test, level = w$level)
  })
}

# Riley's prediction interval, Student with k - 2 degrees of freedom.
riley <- function(yi, vi) {
  if (length(yi) < 3) return(NULL)
  lapply(c("z", "knha"), function(test) {
    e <- exact_fit(yi, vi, NULL, "REML", test)
    half <- qt(0.975, length(yi) - 2) * sqrt(e$se^2 + e$tau2)
    r <- try(metafor_fit(yi, vi, NULL, "REML", test, 0.95, e$tau2), silent = TRUE)
    out <- list(low = e$estimate - half, high = e$estimate + half)
    p <- if (inherits(r, "try-error")) NULL else predict(r, pi.type = "riley")
    c(list(method = "REML", test = test), out,
      list(metafor_gap = if (is.null(p)) "failed" else
        gap(out, list(low = p$pi.lb, high = p$pi.ub))))
  })
}

# Q-profile limits of tau2, with those of I2 and H2.
q_profile <- function(yi, vi, X = NULL) {
  m <- model(yi, vi, X)
  df <- m$k - m$p
  if (df < 1) return(NULL)
  lapply(c(0.95, 0.8), function(level) {
    tail <- (1 - level) / 2
    low <- q_root(m, qchisq(tail, df, lower.tail = FALSE))
    high <- q_root(m, qchisq(tail, df))
    typical <- df / at(m, big(0))$tr
    tau2 <- plain(c(low, high))
    out <- list(tau2 = tau2, i2 = plain(100 * c(low, high) / (c(low, high) + typical)),
                h2 = plain(1 + c(low, high) / typical))
    size <- max(tau2[1], 1e-3 * min(vi))
    r <- try({
      r <- metafor_fit(yi, vi, X, "DL", "z", 0.95, 0)
      suppressWarnings(confint(r, level = 100 * level, control = list(
        tol = 1e-13 * size, maxiter = 1e4, tau2.max = 2 * tau2[2] + size)))
    }, silent = TRUE)
    found <- if (inherits(r, "try-error")) NULL else list(
      tau2 = r$random["tau^2", 2:3], i2 = r$random["I^2(%)", 2:3],
      h2 = r$random["H^2", 2:3])
    c(list(level = level), lapply(out, series), list(empty = high == 0,
      metafor_gap = if (is.null(found)) "failed" else gap(out, found)))
  })
}

# metafor fails on some steps of cumul() and leave1out(): each step is fitted alone.
steps <- function(yi, vi, method, test, keep) {
  rows <- lapply(seq_along(yi), function(i) {
    fit(yi[keep(i)], vi[keep(i)], NULL, method, test)
  })
  fields <- c("estimate", "se", "statistic", "p", "ci_low", "ci_high", "tau2", "i2", "h2",
              "q", "q_p")
  columns <- lapply(fields, function(f) series(vapply(rows, function(r) r[[f]], 0)))
  gaps <- lapply(rows, function(r) r$metafor_gap)
  gaps <- if (any(gaps == "failed")) "failed" else max(unlist(gaps))
  c(list(method = method, test = test), setNames(columns, fields), list(metafor_gap = gaps))
}
FEW <- list(c("CE", "z"), c("DL", "t"), c("REML", "z"), c("PM", "knha"))
MANY <- c(FEW, list(c("DL2", "z"), c("HE", "t"), c("HS", "z"), c("SJ", "adhoc"),
                    c("ML", "z"), c("EB", "z"), c("PMM", "z"), c("REML", "knha")))
leave_one_out <- function(yi, vi, cases) {
  if (length(yi) < 2) return(NULL)
  lapply(cases, function(x)
    steps(yi, vi, x[1], x[2], function(i) setdiff(seq_along(yi), i)))
}
cumulative <- function(yi, vi, cases)
  lapply(cases, function(x) steps(yi, vi, x[1], x[2], seq_len))

# Deletion diagnostics: the formulae of influence(), at exact fits.
diagnosed <- function(yi, vi, X, method, test) {
  k <- length(yi)
  full <- exact_fit(yi, vi, X, method, test)
  m <- attr(full, "model")
  p <- m$p
  covariance <- attr(full, "covariance")
  information <- inverse(covariance)
  a <- attr(full, "at")
  rows <- lapply(seq_len(k), function(i) {
    x <- do.call(c, lapply(m$x, function(column) column[i]))
    e <- exact_fit(yi[-i], vi[-i], m$doubles$X[-i, , drop = FALSE], method, test)
    without <- attr(e, "at")
    spread <- attr(e, "covariance")
    tau2 <- attr(e, "big_tau2")
    scale <- scale_of(without$q, k - 1 - p, test)
    change <- a$beta - without$beta
    hat <- a$w[i] * sum(x * apply_to(a$covariance, x))
    again <- diagonal(at(m, tau2)$covariance)
    total <- tau2 + m$v[i]
    residual <- m$y[i] - sum(x * without$beta)
    list(residual = residual,
         rstudent = residual / sqrt(scale * total + sum(x * apply_to(spread, x))),
         dffits = sum(x * change) / sqrt(scale * hat * total),
         cook = sum(change * apply_to(information$inverse, change)),
         covariance_ratio = inverse(spread)$determinant / information$determinant,
         tau2 = tau2, q = if (k - 1 > p) at(attr(e, "model"), big(0))$q else big(0),
         hat = hat, weight = a$w[i] / a$sw, dfbetas = change / sqrt(scale * again))
  })
  column <- function(name) vapply(rows, function(r) plain(r[[name]]), 0)
  names <- setdiff(names(rows[[1]]), "dfbetas")
  out <- setNames(lapply(names, column), names)
  out$dfbetas <- do.call(rbind, lapply(rows, function(r) plain(r$dfbetas)))
  out
}

influence_of <- function(yi, vi, X = NULL, cases = list(c("REML", "knha"), c("DL", "z"),
                                                        c("CE", "adhoc"))) {
  p <- if (is.null(X)) 1 else ncol(X)
  if (length(yi) < p + 1) return(NULL)
  out <- lapply(cases, function(x) {
    full <- exact_fit(yi, vi, X, x[1], x[2])
    if (any(full$se == 0)) return(NULL)  # nothing to express a change in
    out <- diagnosed(yi, vi, X, x[1], x[2])
    tau2 <- full$tau2
    r <- try(influence(metafor_fit(yi, vi, X, x[1], x[2], 0.95, tau2)), silent = TRUE)
    gaps <- "failed"
    if (!inherits(r, "try-error")) {
      found <- with(r$inf, list(rstudent = rstudent, dffits = dffits, cook = cook.d,
        covariance_ratio = cov.r, tau2 = tau2.del, q = QE.del, hat = hat,
        weight = weight / 100))
      found$dfbetas <- unname(as.matrix(as.data.frame(unclass(r$dfbs)[seq_len(r$p)])))
      gaps <- gap(out[names(found)], found)
    }
    c(list(method = x[1], test = x[2]),
      lapply(out, function(v) if (is.matrix(v)) v else series(v)),
      list(influential = if (inherits(r, "try-error")) NULL else series(unname(r$is.infl)),
           metafor_gap = gaps))
  })
  Filter(Negate(is.null), out)
}

# Meta-regressions; the intercept, where there is one, is the first column of X.
REGRESSIONS <- rbind(
  expand.grid(method = METHODS, test = "z", stringsAsFactors = FALSE),
  expand.grid(method = c("CE", "DL", "REML"), test = TESTS[-1], stringsAsFactors = FALSE))
regressions <- function(yi, vi, X, intercept, cases = REGRESSIONS) {
  k <- length(yi)
  p <- ncol(X)
  tested <- if (intercept) seq_len(p)[-1] else seq_len(p)
  if (k == p) cases <- data.frame(method = "CE", test = "z")
  Map(function(method, test) {
    f <- fit(yi, vi, X, method, test, tested = tested)
    out <- labelled(f, method = method, test = test)
    for (name in c("estimate", "se", "statistic", "p", "ci_low", "ci_high"))
      out[[name]] <- series(out[[name]])
    if (intercept && k > p) {
      common <- method == "CE"
      without <- exact_fit(yi, vi, NULL, method)
      base <- if (common) without$q / (k - 1) else without$tau2
      left <- if (common) f$q / (k - p) else f$tau2
      out$r2 <- if (base > 0) max(0, 100 * (base - left) / base) else 0
    }
    out$covariance <- do.call(rbind, lapply(attr(f, "covariance"), plain))
    out
  }, cases$method, cases$test, USE.NAMES = FALSE)
}

# Fitted effects at new values of the moderators.
predictions <- function(yi, vi, X, new, intercept) {
  lapply(list(c("REML", "z"), c("DL", "knha")), function(x) {
    e <- exact_fit(yi, vi, X, x[1], x[2])
    at_new <- if (intercept) cbind(1, new) else new
    rows <- lapply(seq_len(nrow(at_new)), function(i) {
      point <- big(at_new[i, ])
      estimate <- sum(point * attr(e, "at")$beta)
      se <- sqrt(sum(point * apply_to(attr(e, "covariance"), point)))
      half <- attr(e, "crit") * se
      wide <- attr(e, "crit") * sqrt(se^2 + attr(e, "big_tau2"))
      plain(c(estimate, se, estimate - half, estimate + half, estimate - wide,
              estimate + wide))
    })
    table <- do.call(rbind, rows)
    out <- lapply(seq_len(6), function(j) table[, j])
    names(out) <- c("estimate", "se", "ci_low", "ci_high", "prediction_low",
                    "prediction_high")
    p <- try(predict(metafor_fit(yi, vi, X, x[1], x[2], 0.95, e$tau2), newmods = new),
             silent = TRUE)
    found <- if (!inherits(p, "try-error")) list(estimate = p$pred, se = p$se,
      ci_low = p$ci.lb, ci_high = p$ci.ub, prediction_low = p$pi.lb,
      prediction_high = p$pi.ub)
    c(list(method = x[1], test = x[2]), lapply(out, series),
      list(metafor_gap = if (is.null(found)) "failed" else gap(out, found)))
  })
}

moderated <- function(measure, yi, vi, mods, intercept = TRUE, new = NULL,
                      cases = REGRESSIONS) {
  mods <- unname(as.matrix(mods))
  X <- if (intercept) cbind(1, mods) else mods
  if (is.null(new)) new <- rbind(mods[1, ], colMeans(mods))
  out <- list(measure = measure, yi = series(yi), vi = series(vi), x = mods,
              intercept = intercept, regressions = regressions(yi, vi, X, intercept, cases))
  if (length(yi) > ncol(X)) {
    out$new <- new
    out$predictions <- predictions(yi, vi, X, new, intercept)
    if (intercept) out$q_profile <- q_profile(yi, vi, X)
  }
  if (length(yi) > ncol(X) + 1) out$influence <- influence_of(yi, vi, X)
  out
}

# Each group with its own tau2, or all with one; differences between groups.
subgroups_of <- function(measure, yi, vi, groups) {
  names <- unique(groups)
  out <- list()
  for (x in list(c("REML", "z"), c("DL", "z"), c("CE", "z"), c("PM", "knha"))) {
    if (x[2] == "z" || min(table(groups)) > 1) {
      own <- lapply(names, function(g)
        fit(yi[groups == g], vi[groups == g], NULL, x[1], x[2]))
      b <- vapply(own, function(r) r$estimate, 0)
      w <- vapply(own, function(r) 1 / r$se^2, 0)
      q <- sum(w * (b - sum(w * b) / sum(w))^2)
      # The same by a common-effect regression of the groups' effects.
      r <- rma(b, 1 / w, mods = ~ factor(seq_along(b)), method = "FE")
      out <- c(out, list(list(sharing = "separate", method = x[1], test = x[2],
        pools = lapply(own, bare), q_between = q,
        q_between_p = pchisq(q, length(names) - 1, lower.tail = FALSE),
        metafor_gap = abs(r$QM - q) / q)))
    }
  }
  dummies <- outer(groups, names, "==") + 0
  contrasts <- cbind(1, dummies[, -1])
  for (method in c("REML", "DL", "CE")) {
    f <- fit(yi, vi, contrasts, method, "z", tested = seq_along(names)[-1])
    out <- c(out, list(list(sharing = "common", method = method, test = "z",
      tau2 = f$tau2, q_between = f$qm, q_between_p = f$qm_p, metafor_gap = f$metafor_gap)))
  }
  list(measure = measure, yi = series(yi), vi = series(vi), groups = series(groups),
       results = out)
}

# Egger's regression: any predictor, mixed model or multiplicative dispersion.
egger <- function(yi, vi, ni = NULL) {
  if (length(yi) < 3) return(NULL)
  predictors <- list(sei = sqrt(vi), vi = vi)
  if (!is.null(ni)) predictors <- c(predictors, list(ni = ni, ninv = 1 / ni,
    sqrtni = sqrt(ni), sqrtninv = 1 / sqrt(ni)))
  wanted <- expand.grid(model = c("rma", "lm"), predictor = names(predictors),
                        stringsAsFactors = FALSE)
  Map(function(model, predictor) {
    x <- predictors[[predictor]]
    if (qr(cbind(1, x))$rank < 2) return(NULL)
    X <- cbind(1, x)
    method <- if (model == "lm") "CE" else "REML"
    e <- exact_fit(yi, vi, X, method, if (model == "lm") "knha" else "z")
    out <- list(statistic = e$statistic[2], p = e$p[2], slope = e$estimate[2])
    vanishes <- predictor %in% c("sei", "vi", "ninv", "sqrtninv")
    if (vanishes) out <- c(out, list(limit = e$estimate[1], limit_low = e$ci_low[1],
                                     limit_high = e$ci_high[1]))
    r <- try({
      r <- metafor_fit(yi, vi, NULL, "REML", "z", 0.95, exact_fit(yi, vi)$tau2)
      r$control <- tight(yi, vi, e$tau2)
      r$ni <- ni
      suppressWarnings(regtest(r, model = model, predictor = predictor))
    }, silent = TRUE)
    found <- if (!inherits(r, "try-error")) list(statistic = r$zval, p = r$pval,
      slope = as.vector(coef(r$fit))[2], limit = r$est, limit_low = r$ci.lb,
      limit_high = r$ci.ub)
    c(list(model = model, predictor = predictor), out,
      list(metafor_gap = if (is.null(found)) "failed" else
        gap(out, lapply(found, as.vector))))
  }, wanted$model, wanted$predictor, USE.NAMES = FALSE)
}

begg <- function(yi, vi) {
  if (length(yi) < 2) return(NULL)
  r <- try(suppressWarnings(ranktest(yi, vi)), silent = TRUE)
  if (inherits(r, "try-error") || is.na(r$tau)) return(NULL)
  list(tau = as.vector(r$tau), p = r$pval)
}

# Trim-and-fill as trimfill(), at exact means: there a study that is left alone lies on the
# mean, where doubles put it above or below.
trimmed <- function(yi, vi, side, estimator, method) {
  k <- length(yi)
  if (is.na(side)) {
    slope <- exact_fit(yi, vi, cbind(1, sqrt(vi)), method)$estimate[2]
    side <- if (slope < 0) "right" else "left"
  }
  sign <- if (side == "right") -1 else 1
  ordered <- order(sign * yi)
  y <- sign * yi[ordered]
  v <- vi[ordered]
  missing <- 0
  repeat {
    kept <- seq_len(k - missing)
    centre <- attr(exact_fit(y[kept], v[kept], NULL, method), "at")$beta
    distance <- plain(big(y) - centre)
    ranks <- sign(distance) * rank(abs(distance), ties.method = "first")
    if (estimator == "R0") {
      if (all(ranks >= 0)) return(NULL)
      number <- k - max(-ranks[ranks < 0]) - 1
      se <- sqrt(2 * max(0, number) + 2)
    } else {
      number <- (4 * sum(ranks[ranks > 0]) - k * (k + 1)) / (2 * k - 1)
      variance <- (k * (k + 1) * (2 * k + 1) + 10 * number^3 + 27 * number^2 +
        17 * number - 18 * k * number^2 - 18 * k * number + 6 * k^2 * number) / 24
      se <- 4 * sqrt(max(variance, 0)) / (2 * k - 1)
    }
    before <- missing
    missing <- max(0, round(number))
    if (missing == before) break
  }
  last <- if (missing > 0) (k - missing + 1):k else integer()
  list(missing = missing, missing_se = se, found_side = side,
       filled = series(plain(sign * (2 * centre - y[last]))), filled_vi = v[last])
}

trim_and_fill <- function(yi, vi) {
  if (length(yi) < 2) return(NULL)
  wanted <- expand.grid(estimator = c("L0", "R0"), side = c("left", "right", NA),
                        method = c("CE", "REML"), stringsAsFactors = FALSE)
  if (length(yi) == 2) wanted <- wanted[!is.na(wanted$side), ]
  out <- Map(function(estimator, side, method) {
    e <- try(trimmed(yi, vi, side, estimator, method), silent = TRUE)
    if (is.null(e) || inherits(e, "try-error")) return(NULL)
    tau2 <- exact_fit(yi, vi, NULL, method)$tau2
    t <- try({
      r <- metafor_fit(yi, vi, NULL, method, "z", 0.95, tau2)
      args <- list(r, estimator = estimator)
      if (!is.na(side)) args$side <- side
      if (method == "REML") args$control <- tight(yi, vi, tau2)
      suppressWarnings(do.call(trimfill, args))
    }, silent = TRUE)
    pooled <- exact_fit(c(yi, unclass(e$filled)), c(vi, e$filled_vi), NULL, method)
    out <- c(list(estimator = estimator, side = side, method = method),
             e[c("missing", "missing_se", "found_side", "filled")],
             pooled[c("estimate", "se", "tau2")])
    out$metafor_gap <- "failed"
    if (!inherits(t, "try-error"))
      out$metafor_gap <- gap(out[c("missing", "missing_se", "estimate", "se", "tau2")],
        list(missing = t$k0, missing_se = t$se.k0, estimate = t$beta, se = t$se,
             tau2 = t$tau2))
    out
  }, wanted$estimator, wanted$side, wanted$method, USE.NAMES = FALSE)
  Filter(Negate(is.null), out)
}

# What a funnel plot draws.
funnel_of <- function(yi, vi) {
  levels <- c(0.9, 0.95, 0.99)
  top <- sqrt(max(vi))
  z <- qnorm((1 - levels) / 2, lower.tail = FALSE)
  centre <- exact_fit(yi, vi, NULL, "CE")$estimate
  drawn <- list(centre = centre, levels = series(levels), largest = top,
                low_at_largest = series(centre - z * top),
                high_at_largest = series(centre + z * top))
  drawn
}

# Everything about one set of effects, as far as asked for: `steps` are the methods of
# leave-one-out and cumulative pools, `asymmetry` whether there are funnel tests.
effects_section <- function(measure, yi, vi, ni, asymmetry, steps) {
  yi <- as.vector(yi)
  vi <- as.vector(vi)
  out <- list(measure = measure, yi = series(yi), vi = series(vi))
  if (!is.null(ni)) out$ni <- series(ni)
  out$pools <- pools(yi, vi)
  out$riley <- riley(yi, vi)
  out$q_profile <- q_profile(yi, vi)
  if (asymmetry) {
    out$funnel <- funnel_of(yi, vi)
    out$begg <- begg(yi, vi)
    out$trim_and_fill <- trim_and_fill(yi, vi)
    out$egger <- Filter(Negate(is.null), egger(yi, vi, ni))
  }
  if (!is.null(steps)) {
    out$leave_one_out <- leave_one_out(yi, vi, steps)
    out$cumulative <- cumulative(yi, vi, steps)
    out$influence <- influence_of(yi, vi)
  }
  Filter(function(x) length(x) > 0, out)
}
