# What the oracles for counts share: arithmetic to 60 decimal digits (Rmpfr), and JSON
# with 17 significant digits. Sourced by one_proportion.R, two_proportions.R, tables.R
# and binomial_normal.R; run those from the repository's root.

suppressPackageStartupMessages({library(Rmpfr); library(metafor)})
options(warn = 1)

HERE <- "tests/oracles"
PRECISION <- 200
CHUNK <- 500
m <- function(x) mpfr(x, PRECISION)

# ---- Distributions -----------------------------------------------------------------

# Quantile of the standard normal distribution with `tail` above it.
z_above <- function(tail) {
  z <- m(qnorm(asNumeric(tail), lower.tail = FALSE))
  density <- function(z) exp(-z^2 / 2) / sqrt(2 * Const("pi", PRECISION))
  for (i in 1:8) z <- z + (erfc(z / sqrt(m(2))) / 2 - tail) / density(z)
  z
}

chi_square_above <- function(statistic) erfc(sqrt(statistic / 2)) # one degree of freedom

# Regularised incomplete beta function, DLMF 8.17.8: a sum of positive terms that fall
# faster the smaller p is.
beta_below <- function(p, a, b) {
  if (p > 0.5) return(1 - beta_below(1 - p, b, a))
  total <- m(1); last <- m(1); from <- 0
  repeat {
    i <- from + seq_len(CHUNK) - 1
    terms <- last * cumprod((a + b + i) / (a + 1 + i) * p)
    total <- total + sum(terms)
    last <- terms[CHUNK]; from <- from + CHUNK
    if (last < total * 2^-(PRECISION - 20)) break
  }
  total * beta_density(p, a, b) * p * (1 - p) / a
}

beta_density <- function(p, a, b)
  exp((a - 1) * log(p) + (b - 1) * log1p(-p) - lbeta(a, b))

# Solve an increasing function for 0 by Newton's method, from a start that is nearly it.
newton <- function(f, slope, start) {
  x <- start
  for (i in 1:60) {
    step <- f(x) / slope(x)
    x <- x - step
    if (abs(step) < abs(x) * m(10)^-40) return(x)
  }
  stop("no root")
}

# ---- JSON --------------------------------------------------------------------------

digits <- function(x) {
  if (inherits(x, "mpfr")) x <- asNumeric(x)
  ifelse(is.na(x), "null", ifelse(is.infinite(x), ifelse(x > 0, '"inf"', '"-inf"'),
         trimws(formatC(x, digits = 17, format = "g"))))
}

json <- function(x, indent = "") {
  inner <- paste0(indent, "  ")
  if (is.list(x) && length(x) && !is.null(names(x)) && any(sapply(x, is.list))) {
    body <- paste0(inner, '"', names(x), '": ', sapply(x, json, inner), collapse = ",\n")
    return(paste0("{\n", body, "\n", indent, "}"))
  }
  if (is.list(x) && !is.null(names(x)))
    return(paste0("{", paste0('"', names(x), '": ', sapply(x, json), collapse = ", "), "}"))
  if (is.list(x))
    return(paste0("[\n", paste0(inner, sapply(x, json, inner), collapse = ",\n"), "\n",
                  indent, "]"))
  if (is.null(x)) return("null")
  if (is.logical(x)) text <- ifelse(is.na(x), "null", tolower(x))
  else if (is.character(x)) text <- paste0('"', x, '"')
  else text <- digits(x)
  if (length(text) == 1 && !inherits(x, "AsIs")) text
  else paste0("[", paste(text, collapse = ", "), "]")
}

versions <- function(...) {
  packages <- c("Rmpfr", "gmp", ...)
  c(list(R = R.version.string),
    sapply(packages, function(p) as.character(packageVersion(p)), simplify = FALSE))
}

write_oracle <- function(file, title, source, cases, ...) {
  out <- list(title = title, source = source, versions = versions(...), cases = cases)
  writeLines(json(out), file.path(HERE, paste0(file, ".json")))
  cat(file, length(cases), "cases\n")
}
