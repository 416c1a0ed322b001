# JSON with every digit: jsonlite stops at 15, and 17 are needed to give a double back.

json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    parts <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(parts, collapse = ","), "]"))
    keys <- vapply(names(x), quoted, "")
    return(paste0("{", paste0(keys, ":", parts, collapse = ","), "}"))
  }
  if (is.matrix(x)) return(json(lapply(seq_len(nrow(x)), function(i) series(x[i, ]))))
  parts <- if (is.character(x)) vapply(x, quoted, "") else
    if (is.logical(x)) ifelse(is.na(x), "null", ifelse(x, "true", "false")) else number(x)
  if (length(x) == 1 && !inherits(x, "series")) return(unname(parts))
  paste0("[", paste(parts, collapse = ","), "]")
}

# A vector that stays one, whatever its length.
series <- function(x) {
  x <- as.vector(x)
  if (is.integer(x)) x <- as.numeric(x)
  structure(x, class = "series")
}

# The shortest of 15 to 17 digits that gives the double back; no number is a null, and what
# is infinite overflows in every reader.
number <- function(x) {
  x <- as.numeric(unclass(x))
  text <- sprintf("%.15g", x)
  for (digits in 16:17) {
    wrong <- is.finite(x)
    wrong[wrong] <- as.numeric(text[wrong]) != x[wrong]
    text[wrong] <- sprintf(paste0("%.", digits, "g"), x[wrong])
  }
  text[is.na(x)] <- "null"
  infinite <- is.infinite(x)
  text[infinite] <- ifelse(x[infinite] > 0, "1e999", "-1e999")
  text
}

quoted <- function(x) ifelse(is.na(x), "null",
                             paste0('"', gsub('(["\\\\])', "\\\\\\1", x), '"'))
