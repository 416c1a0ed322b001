# Writes the expected values of tests/oracles/test_*.py to tests/oracles/metafor/, one
# JSON file for each published analysis or made-up extreme. From the repository's root:
#
#     Rscript tests/oracles/metafor.R            # all of them
#     Rscript tests/oracles/metafor.R bcg k2     # some
#
# Needs, from Debian: r-base-core, r-cran-metafor (with r-cran-metadat), r-cran-rmpfr.

HERE <- "tests/oracles"
for (part in c("json", "exact", "metafor_fit", "effects", "sections", "published",
               "extremes"))
  source(file.path(HERE, "r", paste0(part, ".R")))

WANTED <- commandArgs(trailingOnly = TRUE)

# One analysis. `analyse` is the measures that are pooled, `funnels` those that are tested
# for asymmetry, `deep` those that are taken apart study by study, by the methods `steps`;
# `more` is a function of the effects that gives further sections.
oracle <- function(file, title, source, kind, data, page = NULL,
                   analyse = MEASURES[[kind]], deep = analyse[1], funnels = deep,
                   steps = FEW, more = NULL) {
  if (length(WANTED) && !file %in% WANTED) return(invisible())
  started <- proc.time()[1]
  out <- list(title = title, source = source)
  if (!is.null(page)) out$page <- page
  out$versions <- versions()
  out$data <- lapply(data, series)
  out$effect_sizes <- effect_sizes(kind, data)
  totals <- data$total
  effects <- sapply(analyse, function(m) effects_of(kind, data, m), simplify = FALSE)
  out$effects <- lapply(analyse, function(measure) {
    e <- effects[[measure]]
    effects_section(measure, e$yi, e$vi, if (kind != "correlations") totals,
                    measure %in% funnels, if (measure %in% deep) steps)
  })
  out$back_transformations <- back_transformations(out$effects, totals)
  if (!is.null(more)) out <- c(out, more(effects))
  write(json(out), file.path(HERE, "metafor", paste0(file, ".json")))
  cat(sprintf("%-24s %6.1f s\n", file, proc.time()[1] - started))
}

dir.create(file.path(HERE, "metafor"), showWarnings = FALSE)
published()
extremes()
