import duckdb
import pytest

from cuadra.checks import topic
from cuadra.checks.codelist import CodeError
from cuadra.checks.topic import TopicError

SEX = "code,label_en,label_es,parent,partition,kind\n_T,both,ambos,,,\nF,female,mujeres,_T,sex,exhaustive\n"


def layer(folder, name, toml=None, **lists):
    made = folder / name
    (made / "codelists").mkdir(parents=True)
    if toml is not None:
        (made / "topic.toml").write_text(toml, encoding="utf-8")
    for each, text in lists.items():
        (made / "codelists" / f"{each.replace('__', '.')}.csv").write_text(text, encoding="utf-8")
    return made


def test_shipped_topic_has_its_breakdowns_after_those_of_the_base():
    found = topic.shipped()

    assert found.names == ("sex", "age", "citizenship", "exploitation", "means", "schooling", "destination")
    assert found.caveat.of("es").startswith("Detectado")
    assert found.units_of("count") == ("persons", "count")
    assert found.indicators["victims_rescued"].over_time == "sum"


def test_later_breakdown_is_in_a_key_only_where_it_is_no_total(tmp_path):
    mine = layer(tmp_path, "mine", '[breakdown.party]\nlabel = { en = "party" }\n', party=SEX)
    found = topic.load([topic.SHIPPED["base"], mine], "mine")
    total = {"register": "R", "indicator": "votes", "ref_area": "US", "time_period": "2018", "sex": "_T", "age": "_T"}

    assert found.key(total) == ("R", "votes", "US", "2018", "_T", "_T")
    assert found.key(total | {"party": "F"}) == ("R", "votes", "US", "2018", "_T", "_T", "party=F")


def test_key_in_sql_is_the_key_in_python(tmp_path):
    mine = layer(tmp_path, "mine", '[breakdown.party]\nlabel = { en = "party" }\n', party=SEX)
    found = topic.load([topic.SHIPPED["base"], mine], "mine")
    for party in ("_T", "F"):
        row = {
            "source": "s", "register": "R", "indicator": "votes", "ref_area": "US", "time_period": "2018", "sex": "_T",
            "age": "_T", "party": party, "unit": "count", "share_of": None, "locator": "row 1",
        }  # fmt: skip
        columns = ", ".join(f"{'NULL' if value is None else repr(value)} AS {name}" for name, value in row.items())
        answer = duckdb.sql(f"SELECT {found.observation_id_sql()} FROM (SELECT {columns})").fetchall()

        assert answer == [(found.observation_id(row),)]


def test_file_of_a_later_layer_replaces_one_of_the_same_name(tmp_path):
    mine = layer(tmp_path, "mine", sex=SEX)
    found = topic.load([topic.SHIPPED["base"], mine], "mine").code_list("sex")

    assert found.codes == ("_T", "F")
    assert [path.name for path in found.replaced] == ["sex.csv"]


def test_added_code_joins_a_shipped_partition_only_in_registers_of_ones_own(tmp_path):
    mine = layer(tmp_path, "mine", sex__added="code,label_en,parent,partition,kind\nX,third,_T,sex,exhaustive\n")
    shipped = topic.shipped().code_list("register").codes
    found = topic.load([topic.SHIPPED["base"], topic.SHIPPED["trafficking"], mine], "mine").code_list("sex")
    before, after = found.partitions

    assert (before.parts, before.registers) == (("F", "M", "O", "_U"), shipped)
    assert (after.parts, after.other_than) == (("F", "M", "O", "_U", "X"), shipped)


@pytest.mark.parametrize(
    ("toml", "lists", "says"),
    [
        ('[breakdown.party]\nlabel = { en = "p" }\n', {}, "topic.toml, breakdown 'party': expected a code list"),
        ('[breakdown.period]\nlabel = { en = "p" }\n', {"period": SEX}, "got one in use"),
        ('[breakdown.check]\nlabel = { en = "p" }\n', {"check": SEX}, "got a word of SQL"),
        ("title = ", {}, "topic.toml: expected UTF-8 TOML"),
        ("titel = 1", {}, "topic.toml, titel: expected extends, title"),
        ("", {"indicator": "code,unit\nvotes,vote\n"}, "indicator.csv, indicator 'votes': expected a unit"),
        ("", {"indicator": "code,unit,over_time\nvotes,count,add\n"}, "got 'add'"),
        ("", {"unit": "code,kind\nvote,whole\n"}, "unit.csv, unit 'vote': expected kind one of"),
        ("", {"sex": SEX.replace("_T,sex", "_X,sex")}, "sex.csv, partition 'sex': expected a parent that the list has"),
        ("", {"sex": SEX + "F,f,f,_T,sex,exhaustive\n"}, "got 'F' twice"),
        ("", {"sex": SEX + "M,m,m,_T,sex,disjoint\n"}, "expected one kind and one scope"),
        ("", {"sex": SEX + "_T,b,a,F,loop,disjoint\n"}, "above itself"),
        ("", {"sex": SEX + "X,b,a,F,,\n"}, "`partition` and `kind` beside `parent`"),
        ("", {"sex": SEX + "M,m\n"}, "sex.csv, line 4: expected 6 cells"),
    ],
)
def test_what_cannot_be_used_is_one_line_that_names_the_file(tmp_path, toml, lists, says):
    mine = layer(tmp_path, "mine", toml, **lists)

    with pytest.raises((TopicError, CodeError)) as refused:
        topic.load([topic.SHIPPED["base"], mine], "mine")

    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_unknown_topic_is_refused_with_those_there_are():
    with pytest.raises(TopicError, match="expected one of 'base', 'trafficking', got 'fishing'"):
        topic.shipped("fishing")


def test_unknown_code_names_the_nearest_by_label_too():
    with pytest.raises(CodeError, match="such as 'PE', got 'Peru'"):
        topic.shipped().code_list("ref_area").check("Peru")
