# Published analyses. The data are metadat's, which names the table or the repository that
# each came from; `page` is given where metadat does.

tables <- function(ai, n1i, ci, n2i)
  list(a_events = ai, a_total = n1i, b_events = ci, b_total = n2i)
means <- function(d) list(a_mean = d$m1i, a_sd = d$sd1i, a_total = d$n1i,
                          b_mean = d$m2i, b_sd = d$sd2i, b_total = d$n2i)
rates <- function(d) list(a_events = d$x1i, a_time = d$t1i, b_events = d$x2i,
                          b_time = d$t2i)
singles <- function(xi, ni) list(events = xi, total = ni)
given <- function(yi, vi) list(estimate = as.vector(yi), variance = as.vector(vi))

published <- function() {
  risk_tables()
  continuous()
  incidence()
  correlations()
  proportions()
  effects_given()
}

risk_tables <- function() {
  d <- dat.bcg
  oracle("bcg", "BCG vaccine against tuberculosis",
    "Colditz GA et al. (1994), JAMA 271:698-702, as metadat's dat.bcg", "tables",
    tables(d$tpos, d$tpos + d$tneg, d$cpos, d$cpos + d$cneg), steps = MANY,
    more = function(effects) {
      e <- effects$RR
      kinds <- unique(d$alloc)
      list(moderators = list(
             moderated("RR", e$yi, e$vi, d$ablat),
             moderated("RR", e$yi, e$vi, cbind(d$ablat, d$year)),
             moderated("RR", e$yi, e$vi, cbind(d$ablat, d$alloc == "random",
                                               d$alloc == "systematic")),
             moderated("RR", e$yi, e$vi, outer(d$alloc, kinds, "==") + 0,
                       intercept = FALSE)),
           subgroups = list(
             subgroups_of("RR", e$yi, e$vi, d$alloc),
             # a group of one study
             subgroups_of("RR", e$yi, e$vi, ifelse(seq_len(13) == 4, "alone", d$alloc))))
    })

  d <- dat.nielweise2007
  oracle("nielweise2007", "Catheters with anti-infective coating",
    paste("Niel-Weise BS, Stijnen T, van den Broek PJ (2007), Intensive Care Med",
          "33:2058-2068, as metadat's dat.nielweise2007"), "tables",
    tables(d$ai, d$n1i, d$ci, d$n2i), deep = "OR")

  d <- dat.hine1989
  oracle("hine1989", "Lidocaine after myocardial infarction",
    "Hine LK et al. (1989), Arch Intern Med 149:2694-2698, as metadat's dat.hine1989",
    "tables", tables(d$ai, d$n1i, d$ci, d$n2i), deep = "RD")

  d <- subset(dat.yusuf1985, table == "6" & !is.na(n1i))
  oracle("yusuf1985", "Long-term beta blockade after infarction",
    paste("Yusuf S et al. (1985), Prog Cardiovasc Dis 27:335-371, as metadat's",
          "dat.yusuf1985"), "tables", tables(d$ai, d$n1i, d$ci, d$n2i), page = "table 6",
    deep = "PETO")

  d <- dat.collins1985b
  oracle("collins1985b", "Diuretics against pre-eclampsia",
    "Collins R, Yusuf S, Peto R (1985), BMJ 290:17-23, as metadat's dat.collins1985b",
    "tables", tables(d$pre.xti, d$pre.nti, d$pre.xci, d$pre.nci), deep = "OR")

  d <- dat.li2007
  oracle("li2007", "Magnesium after infarction",
    "Li J et al. (2007), Cochrane Database Syst Rev 2:CD002755, as metadat's dat.li2007",
    "tables", tables(d$ai, d$n1i, d$ci, d$n2i), analyse = c("OR", "RD"), deep = "OR",
    more = function(effects) list(moderators = list(
      moderated("OR", effects$OR$yi, effects$OR$vi, d$year))))

  d <- dat.axfors2021
  oracle("axfors2021", "Hydroxychloroquine, chloroquine and survival in COVID-19",
    "Axfors C et al. (2021), Nat Commun 12:2349, as metadat's dat.axfors2021", "tables",
    tables(d$hcq_arm_event, d$hcq_arm_total, d$control_arm_event, d$control_arm_total),
    analyse = c("RR", "OR", "PETO"), deep = character(), funnels = "OR",
    more = function(effects) list(subgroups = list(
      subgroups_of("OR", effects$OR$yi, effects$OR$vi, d$hcq_cq))))
}

continuous <- function() {
  d <- dat.normand1999
  oracle("normand1999", "Days in hospital after stroke",
    "Normand SLT (1999), Stat Med 18:321-359, as metadat's dat.normand1999", "means",
    means(d), deep = "SMD")

  d <- subset(dat.gibson2002, !is.na(sd1i) & !is.na(sd2i))
  oracle("gibson2002", "Self-management of asthma",
    "Gibson PG et al. (2002), Cochrane Database Syst Rev 3:CD001117, as dat.gibson2002",
    "means", means(d), deep = "ROM")

  d <- dat.curtis1998
  oracle("curtis1998", "Carbon dioxide and the mass of woody plants",
    "Curtis PS, Wang X (1998), Oecologia 113:299-313, as metadat's dat.curtis1998",
    "means", means(d), analyse = "ROM", deep = character(),
    more = function(effects) list(moderators = list(
      moderated("ROM", effects$ROM$yi, effects$ROM$vi, d$time,
                cases = REGRESSIONS[REGRESSIONS$method %in% c("CE", "DL", "REML"), ]))))
}

incidence <- function() {
  d <- dat.hart1999
  source <- "Hart RG et al. (1999), Ann Intern Med 131:492-501, as metadat's dat.hart1999"
  oracle("hart1999", "Warfarin against stroke", source, "rates", rates(d))
  oracle("hart1999_control", "Strokes without warfarin", source, "rate",
         list(events = d$x2i, time = d$t2i), deep = "IRLN")
  d <- dat.nielweise2008
  oracle("nielweise2008", "Catheters with anti-infective coating, per day",
    "Niel-Weise BS, Stijnen T, van den Broek PJ (2008), Intensive Care Med 34:2114-2123,
     as metadat's dat.nielweise2008" |> gsub(pattern = "\\s+", replacement = " "),
    "rates", rates(d))
}

correlations <- function() {
  d <- dat.molloy2014
  oracle("molloy2014", "Conscientiousness and taking medicines",
    paste("Molloy GJ, O'Carroll RE, Ferguson E (2014), Ann Behav Med 47:92-101, as",
          "metadat's dat.molloy2014"), "correlations",
    list(correlation = d$ri, total = d$ni), more = function(effects) {
      e <- effects$ZCOR
      list(moderators = list(moderated("ZCOR", e$yi, e$vi, cbind(d$meanage, d$quality))),
           subgroups = list(subgroups_of("ZCOR", e$yi, e$vi, d$design)))
    })
  d <- dat.mcdaniel1994
  oracle("mcdaniel1994", "Employment interviews and performance at work",
    "McDaniel MA et al. (1994), J Appl Psychol 79:599-616, as metadat's dat.mcdaniel1994",
    "correlations", list(correlation = d$ri, total = d$ni), deep = character(),
    funnels = "ZCOR")
}

proportions <- function() {
  d <- dat.pritz1997
  oracle("pritz1997", "Hyperdynamic therapy of cerebral vasospasm",
    "Zhou XH, Brizendine EJ, Pritz MB (1999), Stat Med 18:557-566, as dat.pritz1997",
    "singles", singles(d$xi, d$ni), deep = "PFT")
  d <- dat.debruin2009
  oracle("debruin2009", "Standard care and adherence to HIV medicines",
    "de Bruin M et al. (2009), Health Psychol 28:668-674, as metadat's dat.debruin2009",
    "singles", singles(d$xi, d$ni), deep = "PAS", more = function(effects) {
      e <- effects$PLO
      list(moderators = list(
             moderated("PLO", e$yi, e$vi, d$scq),
             moderated("PLO", e$yi, e$vi, cbind(d$scq, d$ethnicity == "caucasian"))),
           subgroups = list(subgroups_of("PLO", e$yi, e$vi, d$ethnicity)))
    })
  d <- dat.hannum2020
  oracle("hannum2020", "Loss of smell in COVID-19",
    "Hannum ME et al. (2020), Chem Senses 45:865-874, as metadat's dat.hannum2020",
    "singles", singles(d$xi, d$ni), deep = character())
}

effects_given <- function() {
  d <- dat.raudenbush1985
  oracle("raudenbush1985", "Teachers' expectations and pupils' IQ",
    "Raudenbush SW (1984), J Educ Psychol 76:85-97, as metadat's dat.raudenbush1985",
    "given", given(d$yi, d$vi), more = function(effects) list(
      moderators = list(moderated("GEN", d$yi, d$vi, pmin(d$weeks, 3)),
                        moderated("GEN", d$yi, d$vi, cbind(d$weeks), intercept = FALSE)),
      subgroups = list(subgroups_of("GEN", as.vector(d$yi), d$vi,
                                    as.character(d$tester)))))
  d <- dat.bangertdrowns2004
  d <- d[!is.na(d$length) & !is.na(d$wic), ]
  oracle("bangertdrowns2004", "Writing to learn",
    paste("Bangert-Drowns RL, Hurley MM, Wilkinson B (2004), Rev Educ Res 74:29-58, as",
          "metadat's dat.bangertdrowns2004"), "given", given(d$yi, d$vi),
    deep = character(), funnels = "GEN", more = function(effects) list(moderators = list(
      moderated("GEN", d$yi, d$vi, cbind(d$length, d$wic),
                cases = REGRESSIONS[REGRESSIONS$method %in% c("CE", "DL", "REML"), ]))))
  d <- dat.baskerville2012
  oracle("baskerville2012", "Facilitation of practices in primary care",
    paste("Baskerville NB, Liddy C, Hogg W (2012), Ann Fam Med 10:63-74, as metadat's",
          "dat.baskerville2012"), "given", given(d$smd, d$se^2), deep = character(),
    more = function(effects) list(moderators = list(
      moderated("GEN", d$smd, d$se^2, cbind(d$duration, d$tailor, d$year)))))
  d <- dat.hackshaw1998
  oracle("hackshaw1998", "Lung cancer and tobacco smoke of others",
    "Hackshaw AK, Law MR, Wald NJ (1997), BMJ 315:980-988, as metadat's dat.hackshaw1998",
    "given", given(d$yi, d$vi), deep = character(), funnels = "GEN")
}
