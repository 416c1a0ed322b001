"""Facts of cited works: a CSV file, and a project's tables."""

import json

import pytest
from tests.unit.checks.articles.audited import LIST

from galleyproof.checks.articles import facts_of, read
from galleyproof.checks.articles.facts import What, of_table
from galleyproof.errors import FindingsError
from galleyproof.spans import Source

TABLE = """study,reference,kind,value,unit,total
Corvane,2,count,69,springs,
Corvane,2,percent,98.5%,springs,66
Wells,,year,2012,,
"""


def test_a_file_of_facts():
    corvane, wells = of_table(Source("facts.csv", TABLE))
    assert (corvane.name, corvane.number, wells.number) == ("Corvane", 2, None)
    count, percent = corvane.facts
    assert (count.kind, count.value, count.group) == (What.COUNT, "69", "all")
    assert (percent.value, percent.total) == ("98.5", 66)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("study,kind,value\n", "a file of facts has a column `reference`"),
        ("study,reference,kind,value\nA,1,size,3\n", "`size` is no kind of fact"),
    ],
)
def test_a_file_that_is_none(text, message):
    with pytest.raises(FindingsError) as caught:
        list(of_table(Source("facts.csv", text)))
    assert message in caught.value.diagnostics[0].message


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(FindingsError):
        facts_of(tmp_path / "none.csv", read(Source("a.txt", LIST)))


BIBLIOGRAPHY = """@article{corvane,
  author = {Corvane, L. and Brask, T.},
  title = {Cold springs},
  journal = {Journal of Springs},
  year = {2013},
}
@article{other,
  author = {Other, L.},
  title = {Cold springs and dry springs},
  journal = {Journal of Springs},
  year = {2010},
}
"""
TABLES = {
    "studies": "id,name\ncorvane,Corvane\nunlisted,Deep survey\n",
    "counts": "id,study,group,unit,count\na,corvane,all,springs,69\n",
    "shares": "id,study,outcome,unit,total,printed,time,time_unit\n"
    "b,corvane,dry,springs,66,98.5,3,month\n",
    "pools": "id,study,quantity,statistic,unit,printed\n"
    "c,unlisted,dry,pooled,percent,4.7\nd,unlisted,dry,i2,percent,82\n"
    "e,unlisted,depth,mean,m,8\n",
    "notes": "id,text\nf,nothing\n",
}


def test_a_project(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    resources = []
    for name, text in TABLES.items():
        (data / f"{name}.csv").write_text(text, encoding="utf-8")
        fields = [{"name": n, "type": "string"} for n in text.split("\n")[0].split(",")]
        schema = {"fields": fields, "primaryKey": "id"}
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema})
    descriptor = {"name": "springs", "resources": resources}
    (data / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    (tmp_path / "references.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")

    works = {w.key: w for w in facts_of(tmp_path, read(Source("a.txt", LIST)))}
    corvane, unlisted, other = works["corvane"], works["unlisted"], works["other"]
    assert (corvane.name, corvane.number) == ("Corvane", 2)
    assert (unlisted.name, unlisted.number) == ("Deep survey", None)
    assert other.number is None  # its title is like another's, its author is not
    assert [f.value for f in corvane.of(What.AUTHOR)] == ["Corvane", "Brask"]
    (percent,) = corvane.of(What.PERCENT)
    assert (percent.unit, percent.total, percent.time) == ("springs", 66, "3 month")
    assert [f.kind for f in unlisted.facts] == [What.PERCENT, What.HETEROGENEITY]
