"""Sentences of a medical review, written for the evaluation of the number guard.

`SENTENCES` have one place where a phrase may stand; `CLEAN` hold digits and words that
are no numbers, and none that are; `PHRASES` are numbers as authors type them.
"""

SENTENCES = """\
Technical success was reached in {} and held until discharge.
Local control, judged on imaging, was seen in {} at the last visit.
Among those treated under CT guidance, {} needed a further session.
The series of Glazer and colleagues describes {} in some detail [@glazer2017].
Overall survival did not change, although {} were lost to follow-up.
Adverse events followed in {}, mostly bleeding and fever.
In patients with cirrhosis the authors count {} without explaining how.
Recurrence beside the ablation zone was noted in {} (see @fig-curves).
The trial of @wang2020 reports {} after cryoablation.
Cholangiocarcinoma made up {}; the remainder were hepatocellular carcinomas.
Where the tumour lay beneath the capsule, {} had pain for some days.
A later analysis from the same centre found {} instead.
Platelets were transfused in {} before the procedure.
The median time to progression could be read for {} only.
Of the lesions near the diaphragm, {} were ablated completely.
Cryoshock, the feared complication, occurred in {}.
According to the abstract, {} had been treated before.
Their protocol allowed {} as long as coagulation was normal.
Survival curves separate late; by then {} remained at risk.
The appendix lists {}, none of which was randomised.
With COVID-19 delaying admissions, {} were treated elsewhere.
IL-6 and TNF-α rose in {} on the following morning.
Child-Pugh class B was recorded for {} in the cohort.
The authors of the source article print {} without a denominator.
Heterogeneity was driven by {}, all of them small.
Local progression, defined by mRECIST, was found in {}.
The lesions measured on T1-weighted images included {} with satellites.
No bleeding was reported for {}; the others were not described.
Follow-up ended early for {} because of transplantation.
The guideline recommends ablation for {} in selected centres.
""".splitlines()

CLEAN = """\
CO2 insufflation was avoided, and H~2~O irrigation was not used.
Expression of CD8, p53, PD-L1 and Ki-67 was studied before and after freezing.
COVID-19 and SARS-CoV-2 delayed recruitment, as did the shortage of 18F-FDG.
Estimates are given with their 95% confidence intervals, and 95% CI in the tables.
See Table 2 and Figures 3-5 of the source article, its Section 2.1 and Appendix 1.
The first of these series was a pilot; the second and third followed soon.
One of the reasons is that no one had asked; this one is no exception.
On the one hand freezing is visible, on the other hand it takes one longer.
Risk of bias was judged with RoB 2 and AMSTAR 2, reporting with PRISMA 2020.
Analyses were run in R 4.2.1 and Python 3.11 with version 2.1 of the package.
We searched the literature from 2010 to 2020 and again on 15 March 2021.
Tests were two-sided, and a one-way analysis was added; the half-life was not known.
The drug has a short half-life and is given in the first half of the day.
Type 2 diabetes and stage III disease were recorded, as in other phase 3 trials.
The scale follows ICD-10 and SF-36; the code is CC BY 4.0.
We asked (1) whether it works, (2) for whom, and (3) at what price.
The marker HER2, vitamin D3 and interleukin 6 were measured by the same laboratory.
Smith et al. (2019) and later authors (Jones, 2020; Miller & Stone, 2021) agree.
The chi-squared test and I^2^ were used; I² describes inconsistency.
In one hospital, one approach prevailed; elsewhere another one did.
The study is registered as NCT01234567, and the data are at doi:10.1000/xyz123.
Participant 3 said that the pain was worse than the wait.
Model 2 adjusts for age, Model 1 does not; see also p. 12 of the protocol.
A third party checked the entries, and the third reader decided.
The 2 × 2 table of each study was rebuilt; zero cells were left as they were.
Neither 5-FU nor 5-HT antagonists were allowed; omega-3 was.
Changes were different from zero only in the lowest tertile.
At 10:30 am the probe was placed; ICD-10 codes were assigned by a coder.
The aim of this chapter is twofold: to describe and to compare.
References [12] and [3–5] of that article are not what its text says they are.
Follow-up in the 1990s relied on ultrasound; in the 2000s CT took over.
The 75th percentile was used, and the 5th edition of the manual.
Sodium-glucose cotransporter 2 inhibitors and PI 3-kinase were not studied.
Strain *H. pylori* 26695 served as the reference, at positions 2143 and 2144.
Department of Surgery, University Hospital, Market Street, Basel 4031, Switzerland.
The BCLC stage A and Child-Pugh class A were required by the protocol.
Each lesion was coded 1 if it had progressed and 0 otherwise.
The equation $y_i = \\beta_0 + \\beta_1 x_i$ has no interaction, and $x \\in [0, 1]$.
""".splitlines()

PHRASES = """\
12 patients
Twelve patients
n = 12
(n=12)
a subgroup (N = 345)
96.1% of tumours
96.1 % of tumours
96·1% of tumours
12 per cent of tumours
twelve per cent of tumours
twelve percent of patients
forty-two tumours
two hundred and fifty-six tumours
1,234 procedures
1 234 procedures
1\u202f234 procedures
1\u00a0234 procedures
246/256 tumours
246 of 256 tumours
3/4 of the lesions
½ of the lesions
2½ weeks
half of the patients
half the lesions
one half of the cohort
two thirds of the patients
two-thirds of the patients
a third of the cases
nearly a quarter of the cases
one in four patients
one in ten
three out of five patients
one of every five lesions
twice as many patients
a dozen cases
dozens of cases
hundreds of patients
threefold more lesions
a three-fold rise
a 3-fold rise
a 2.5-fold rise
a single lesion of 4 cm
lesions of 2–5 cm
lesions of 2-5 cm
lesions of 2--5 cm
lesions of 2 to 5 cm
lesions ≥ 3 cm
lesions >3cm
a dose of 5mg
a dose of 5 mg/kg
patients (p<0.05)
patients (*p* < 0.001)
patients (P = .039)
a hazard ratio of 0.45 (0.30 to 0.68)
a mean of 2.5 ± 1.2 cm
a ratio of 2:1
a titre of 10^-3^
a titre of 10⁻³
a count of 3 × 10^5^
a rate of 1e-3
a change of -3.2 points
a change of −3.2 points
12-month survivors
five-year survivors
patients followed for ten years
one patient
only one study
one further death
zero deaths
nineteen deaths
grade 3 events
grade III events
grade 3–4 events
XII patients
４２ patients
٤٢ patients
12\\% of them
**12** patients
*12* patients
[12]{.smallcaps} patients
around 90 patients
roughly 100%
some 1.5 million people
about 2 billion cells
patients older than 65 years
a median age of 61
the years of life lost, 3.4
12 (21%) of 56
tumours in 5/12 segments
two cohorts and one trial
three of the four arms
the two largest series
$12 a dose
€1,200 per session
the 7-day window
day 7
a score of 3.5
a sensitivity of .92
twenty‑two lesions
thirty five lesions
one hundred patients
a hundred patients
eleven of them
at least three lesions
up to five lesions
fewer than 10 events
""".splitlines()
