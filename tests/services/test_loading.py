"""Loading folders: the reference data whole, keys and references, all or nothing."""

import shutil

import pytest
from sqlalchemy import func, select

from tests.factories import (
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tests.load_folders import load_files, problems_of, write_folder
from tracker.errors import DomainError
from tracker.models import (
    Affiliation,
    Alias,
    Change,
    ChangeItem,
    Contribution,
    Engagement,
    Event,
    Grouping,
    GroupingMember,
    Headcount,
    OldSlug,
    Organization,
    Person,
    PersonAlias,
    RegionCountry,
    Space,
    Topic,
    User,
)
from tracker.models.changes import attribute, current_revision
from tracker.models.text import name_key
from tracker.services.database import REFERENCE
from tracker.services.loading import LoadFailed, load


def said(problems):
    return [str(problem) for problem in problems]


def count(session, model):
    return session.scalar(select(func.count(model.id)))


def find(session, model, **values):
    return session.scalars(select(model).filter_by(**values)).one()


class TestReferenceData:
    def test_every_row_is_loaded(self, session):
        report = load(session, REFERENCE)
        session.commit()
        assert {name: counts.added for name, counts in report.files.items()} == {
            "organizations.csv": 49, "groupings.csv": 98, "regions.csv": 493, "topics.csv": 20,
            "spaces.csv": 43, "engagements.csv": 129, "events.csv": 230, "headcounts.csv": 1677,
        }  # fmt: skip
        counted = {Organization: 49, RegionCountry: 493, Topic: 20, Space: 43, Engagement: 129,
                   Event: 230, Headcount: 1677, GroupingMember: 98 + 7, Person: 5}  # fmt: skip
        assert {model: count(session, model) for model in counted} == counted

    def test_it_is_one_change_without_items(self, session):
        load(session, REFERENCE)
        session.commit()
        assert session.scalars(select(Change.action)).all() == ["load"]
        assert count(session, ChangeItem) == 0
        assert current_revision(session) == 1

    def test_twice_changes_nothing(self, session):
        load(session, REFERENCE)
        session.commit()
        before = session.execute(select(Event.__table__).order_by(Event.id)).all()
        report = load(session, REFERENCE)
        session.commit()
        assert {(c.added, c.changed) for c in report.files.values()} == {(0, 0)}
        assert session.execute(select(Event.__table__).order_by(Event.id)).all() == before
        assert count(session, Change) == 1
        assert current_revision(session) == 1

    def test_provenance_and_derived_columns(self, session):
        load(session, REFERENCE)
        session.commit()
        event = find(session, Event, key="icann-76")
        assert event.space.code == "ICANN-PM"
        assert [o.acronym for o in event.organizations_as("organizer")] == ["ICANN"]
        assert event.starts_at.date().isoformat() == event.start_date
        assert event.source
        assert event.confidence == "high"
        assert " icann 76" in event.search
        assert event.sequence == 0
        undated = find(session, Event, key="icann-lac-engagement-2021")
        assert (undated.start_date, undated.has_days) == ("2021", False)
        assert find(session, Organization, acronym="Cetic.br").parent.acronym == "NIC.br"
        casa = session.scalars(select(Organization).where(Organization.based_at_casa_de_internet))
        assert len(casa.all()) == 11

    def test_it_asks_few_questions(self, session, count_queries):
        with count_queries:
            load(session, REFERENCE)
        asked = [text for text in count_queries.statements if text.startswith("SELECT")]
        assert len(asked) < 60


class TestKeys:
    def test_a_row_with_a_known_key_updates_what_its_file_has(self, session, tmp_path):
        load_files(session, tmp_path, {"organizations": "acronym,name_en,country\nA,One,UY\n"})
        report = load_files(session, tmp_path, {"organizations": "acronym,name_es\nA,Uno\nB,Dos\n"})
        counts = report.files["organizations.csv"]
        assert (counts.rows, counts.added, counts.changed) == (2, 1, 1)
        first = find(session, Organization, acronym="A")
        assert (first.name_en, first.name_es, first.country) == ("One", "Uno", "UY")
        assert current_revision(session) == 2

    def test_an_empty_cell_empties(self, session, tmp_path):
        load_files(session, tmp_path, {"organizations": "acronym,name_en,country\nA,One,UY\n"})
        load_files(session, tmp_path, {"organizations": "acronym,country\nA,\n"})
        assert find(session, Organization, acronym="A").country is None

    def test_the_same_key_twice(self, session, tmp_path):
        files = {"headcounts": "event_key,metric,mode,value\na,participants,,1\na,participants,all,2\n",
                 "events": "key,name_en\na,A\n"}  # fmt: skip
        assert said(problems_of(session, tmp_path, files)) == [
            (
                "headcounts.csv, row 3: has the same event_key + metric + mode + dimension + value_key "
                "+ unit as row 2"
            )
        ]

    @pytest.mark.parametrize("key", ["Has Capitals", "ñ", "new", "under_score", "x" * 121])
    def test_a_key_that_is_none(self, session, tmp_path, key):
        problems = problems_of(session, tmp_path, {"events": [{"key": key, "name_en": "A"}]})
        assert [(p.row, p.column) for p in problems] == [(2, "key")]

    @pytest.mark.parametrize("acronym", ["中文", "NEW", "new", "---"])
    def test_an_acronym_that_gives_no_address(self, session, tmp_path, acronym):
        rows = [{"acronym": acronym, "name_en": "A"}]
        problems = problems_of(session, tmp_path, {"organizations": rows})
        assert [(p.row, p.column) for p in problems] == [(2, "acronym")]

    def test_two_acronyms_with_one_address(self, session, tmp_path):
        OrganizationFactory(acronym="Cetic.br")
        text = "acronym,name_en\nCETIC BR,One\nÁB,Two\nab,Three\n"
        assert said(problems_of(session, tmp_path, {"organizations": text})) == [
            "organizations.csv, row 2, acronym: its address would be that of “Cetic.br” (cetic-br)",
            "organizations.csv, row 4, acronym: its address would be that of “ÁB” (ab)",
        ]

    def test_an_address_that_another_thing_once_had(self, session, tmp_path):
        SpaceFactory(code="OLD")
        EventFactory(key="old")
        attribute(session, "test", None)
        find(session, Space, code="OLD").code = "CURRENT"
        find(session, Event, key="old").key = "current"
        session.commit()
        files = {"spaces": "code,name_en\nOld,Again\n", "events": "key,name_en\nold,Again\n"}
        assert said(problems_of(session, tmp_path, files)) == [
            "spaces.csv, row 2, code: another space once had its address (old)",
            "events.csv, row 2, key: another event once had this key",
        ]
        assert count(session, OldSlug) == 2

    def test_a_former_name_still_refers(self, session, tmp_path):
        SpaceFactory(code="OLD")
        attribute(session, "test", None)
        find(session, Space, code="OLD").code = "CURRENT"
        session.commit()
        load_files(session, tmp_path, {"events": "key,name_en,space_code\na,A,OLD\n"})
        assert find(session, Event, key="a").space.code == "CURRENT"


class TestReferences:
    def test_within_the_folder_in_any_order(self, session, tmp_path):
        load_files(session, tmp_path, {
            "organizations": "acronym,name_en,parent_acronym,successor_acronym\n"
                             "A,One,B,C\nB,Two,,\nC,Three,B,\n",
            "events": "key,name_en,parent_key,organizer_acronyms,topics\n"
                      "part,Part,whole,B;A,t2;t1\nwhole,Whole,,,\n",
            "topics": "slug,name_en\nt1,T1\nt2,T2\n",
        })  # fmt: skip
        first = find(session, Organization, acronym="A")
        assert (first.parent.acronym, first.successor.acronym) == ("B", "C")
        part = find(session, Event, key="part")
        assert (part.parent.key, part.relation) == ("whole", "part-of")
        assert [o.acronym for o in part.organizations_as("organizer")] == ["B", "A"]
        assert [topic.slug for topic in part.topics] == ["t2", "t1"]

    def test_what_is_stored_counts(self, session, tmp_path):
        OrganizationFactory(acronym="A")
        files = {"spaces": "code,name_en,organizer_acronym\nS,Space,A\n"}
        load_files(session, tmp_path, files)
        assert find(session, Space, code="S").organizer.acronym == "A"

    def test_unknown_ones_are_named(self, session, tmp_path):
        files = {
            "organizations": "acronym,name_en,parent_acronym\nA,One,X\n",
            "spaces": "code,name_en,organizer_acronym\nS,Space,a\n",
            "events": "key,name_en,space_code,parent_key,partner_acronyms,topics\n"
                      "e,E,T,up,A;Y;Z,dns\n",
            "affiliations": "person_key,organization_acronym\np,A\n",
            "headcounts": "event_key,metric,value\nf,participants,1\n",
        }  # fmt: skip
        assert said(problems_of(session, tmp_path, files)) == [
            "organizations.csv, row 2, parent_acronym: there is no organization “X”",
            "affiliations.csv, row 2, person_key: there is no person “p”",
            "spaces.csv, row 2, organizer_acronym: there is no organization “a”",
            "events.csv, row 2, space_code: there is no space “T”",
            "events.csv, row 2, partner_acronyms: there is no organization “Y”",
            "events.csv, row 2, partner_acronyms: there is no organization “Z”",
            "events.csv, row 2, topics: there is no topic “dns”",
            "events.csv, row 2, parent_key: there is no event “up”",
            "headcounts.csv, row 2, event_key: there is no event “f”",
        ]

    def test_a_bad_row_is_reported_once(self, session, tmp_path):
        files = {"organizations": "acronym,name_en,country\nA,One,XX\n",
                 "spaces": "code,name_en,organizer_acronym\nS,Space,A\n"}  # fmt: skip
        assert said(problems_of(session, tmp_path, files)) == [
            "organizations.csv, row 2, country: “XX” is no country (ISO 3166, two capital letters)"
        ]

    def test_circles(self, session, tmp_path):
        parent = OrganizationFactory(acronym="STORED")
        OrganizationFactory(acronym="BELOW", parent=parent)
        files = {
            "organizations": "acronym,name_en,parent_acronym\nSTORED,S,BELOW\nSELF,S,SELF\n",
            "events": "key,name_en,parent_key\na,A,b\nb,B,c\nc,C,a\n",
        }
        assert said(problems_of(session, tmp_path, files)) == [
            (
                "organizations.csv, row 2, parent_acronym: goes round in a circle: "
                "STORED → BELOW → STORED"
            ),
            "organizations.csv, row 3, parent_acronym: goes round in a circle: SELF → SELF",
            "events.csv, row 2, parent_key: goes round in a circle: a → b → c → a",
            "events.csv, row 3, parent_key: goes round in a circle: b → c → a → b",
            "events.csv, row 4, parent_key: goes round in a circle: c → a → b → c",
        ]

    def test_turning_a_parent_round(self, session, tmp_path):
        load_files(session, tmp_path, {"events": "key,name_en,parent_key\na,A,b\nb,B,\n"})
        load_files(session, tmp_path, {"events": "key,parent_key\na,\nb,a\n"})
        assert find(session, Event, key="a").parent is None
        assert find(session, Event, key="a").relation is None
        assert find(session, Event, key="b").parent.key == "a"


class TestAllOrNothing:
    def test_nothing_stays_of_a_bad_folder(self, session, tmp_path):
        files = {"organizations": "acronym,name_en\nA,One\n", "spaces": "code,name_en\nS,\n"}
        assert said(problems_of(session, tmp_path, files)) == [
            "spaces.csv, row 2, name_en: a name is needed in at least one language"
        ]
        assert count(session, Organization) == 0
        assert current_revision(session) == 0

    def test_problems_of_all_files_at_once(self, session, tmp_path):
        files = {
            "organizations": "acronym,name_en,country,website\nA,One,Uruguay,javascript:alert(1)\n",
            "aliases": "alias\nx\n",
            "people": "key,name,gender,email\np,,none,nobody\n",
            "regions": "scheme,country,region\nun,UY,\n",
            "events": "key,name_en,kind,colour\ne,E,party,red\n",
            "headcounts": "event_key,metric,value\ne,participants,many\n",
        }
        assert [(p.file, p.row, p.column) for p in problems_of(session, tmp_path, files)] == [
            ("organizations.csv", 2, "country"), ("organizations.csv", 2, "website"),
            ("aliases.csv", 1, "organization_acronym"), ("regions.csv", 2, "region"),
            ("people.csv", 2, "name"), ("people.csv", 2, "gender"), ("people.csv", 2, "email"),
            ("events.csv", 1, "colour"), ("events.csv", 2, "kind"), ("headcounts.csv", 2, "value"),
        ]  # fmt: skip

    def test_what_a_file_that_was_not_read_lacks_is_unknown(self, session, tmp_path):
        files = {"events": 'key,name_en\na,"A\nb,B\n',
                 "headcounts": "event_key,metric,value\nb,participants,1\n"}  # fmt: skip
        assert [(p.file, p.row) for p in problems_of(session, tmp_path, files)] == [
            ("events.csv", 2)
        ]

    def test_a_folder_without_a_file_of_the_format(self, session, tmp_path):
        (tmp_path / "README.csv").write_text("x")
        with pytest.raises(DomainError, match="no file of the load format"):
            load(session, tmp_path)

    def test_other_files_are_named_and_left_alone(self, session, tmp_path):
        files = {"topics": "slug,name_en\nt,T\n", "event": "key\na\n"}
        assert load_files(session, tmp_path, files).ignored == ["event.csv"]

    def test_the_last_word_is_the_databases(self, session, tmp_path, monkeypatch):
        monkeypatch.setattr(
            "tracker.services.loading.links.HeadcountLoader.check", lambda *_arguments: None
        )
        files = {"events": "key,name_en\ne,E\n",
                 "headcounts": "event_key,metric,unit,value\ne,participants,percent,101\n"}  # fmt: skip
        problems = problems_of(session, tmp_path, files)
        assert [(p.file, p.row) for p in problems] == [("headcounts.csv", None)]
        assert "percent_at_most_100" in problems[0].message

    def test_who_loaded_is_on_record(self, session, tmp_path):
        UserFactory(email="loader@example.org")
        user = find(session, User, email="loader@example.org")
        load_files(session, tmp_path, {"topics": "slug,name_en\nt,T\n"}, by=user)
        change = session.scalars(select(Change).order_by(Change.id.desc())).first()
        assert (change.action, change.user_id, change.items) == ("load", user.id, [])

    def test_many_problems_are_counted_not_kept(self, session, tmp_path, monkeypatch):
        monkeypatch.setattr("tracker.services.loading.context.MOST_PROBLEMS", 3)
        rows = "".join(f"k{n},\n" for n in range(10))
        with pytest.raises(LoadFailed) as caught:
            load(session, write_folder(tmp_path, {"topics": "slug,name_en\n" + rows}))
        session.rollback()
        assert (len(caught.value.problems), caught.value.more) == (3, 7)


class TestValues:
    @pytest.mark.parametrize("column, value", [
        ("kind", "Meeting"), ("start_date", "2023-02-30"), ("start_date", "23-02-01"),
        ("start_date", "1899"), ("country", "uy"), ("country", "EU"), ("timezone", "Montevideo"),
        ("timezone", "EST"), ("latitude", "north"), ("latitude", "91"), ("latitude", "nan"),
        ("edition", "1.5"), ("edition", "99999999999"), ("edition", "-1"), ("mode", "both"),
        ("status", "maybe"), ("visibility", "secret"), ("languages", "Spanish"), ("url", "lacnic.net"),
        ("join_url", "javascript:alert(1)"), ("name_en", "x" * 301), ("city", "x" * 121),
        ("description", "x" * 100_001), ("source", "x" * 100_001), ("confidence", "sure"),
        ("synthetic", "true"), ("organizer_acronyms", "A;A"), ("name_es", "a\x07b"),
        ("notes", "a\u202eb"), ("start_time", "25:00"), ("start_time", "9am"),
        ("relation", "inside"),
    ])  # fmt: skip
    def test_a_bad_one_is_refused_in_its_column(self, session, tmp_path, column, value):
        OrganizationFactory(acronym="A")
        row = {"key": "e", "name_en": "E", column: value}
        problems = problems_of(session, tmp_path, {"events": [row]})
        assert [(p.file, p.row, p.column) for p in problems] == [("events.csv", 2, column)]

    def test_hostile_text_is_only_text(self, session, tmp_path):
        name = "<script>alert(1)</script> =1+1 'x'; DROP TABLE events; --"
        load_files(session, tmp_path, {"topics": [{"slug": "t", "name_en": name}]})
        assert find(session, Topic, slug="t").name_en == name

    def test_line_breaks_in_names_become_spaces_and_stay_in_notes(self, session, tmp_path):
        row = {"slug": "t", "name_en": "a\r\nb\u200b", "notes": "a\r\nb"}
        load_files(session, tmp_path, {"topics": [row]})
        topic = find(session, Topic, slug="t")
        assert (topic.name_en, topic.notes) == ("a b", "a\nb")

    def test_email_domains_are_kept_in_order(self, session, tmp_path):
        row = {"acronym": "A", "name_en": "A", "email_domains": "Example.org; example.com"}
        load_files(session, tmp_path, {"organizations": [row]})
        assert find(session, Organization, acronym="A").email_domains == "example.org;example.com"


class TestTechnicalCommunity:
    def members(self, session):
        query = select(GroupingMember).join(Grouping).filter_by(name="Technical Community")
        return sorted(member.organization.acronym for member in session.scalars(query))

    def test_yes_joins_and_no_leaves(self, session, tmp_path):
        text = "acronym,name_en,technical_community_member\nA,A,{}\nB,B,{}\nC,C,\n"
        load_files(session, tmp_path, {"organizations": text.format("yes", "yes")})
        assert self.members(session) == ["A", "B"]
        report = load_files(session, tmp_path, {"organizations": text.format("no", "yes")})
        assert self.members(session) == ["B"]
        assert report.files["organizations.csv"].changed == 1

    def test_empty_leaves_it_as_it_is(self, session, tmp_path):
        text = "acronym,name_en,technical_community_member\nA,A,{}\n"
        load_files(session, tmp_path, {"organizations": text.format("yes")})
        load_files(session, tmp_path, {"organizations": text.format("")})
        assert self.members(session) == ["A"]

    def test_groupings_may_say_it_too_but_not_against_it(self, session, tmp_path):
        files = {
            "organizations": "acronym,name_en,technical_community_member\nA,A,yes\nB,B,no\n",
            "groupings": "grouping,organization_acronym,status\nTechnical Community,A,founder\n",
        }
        load_files(session, tmp_path, files)
        assert self.members(session) == ["A"]
        files["groupings"] += "Technical Community,B,\n"
        assert said(problems_of(session, tmp_path, files)) == [
            (
                "groupings.csv, row 3, organization_acronym: organizations.csv says that it is no "
                "technical_community_member"
            )
        ]


class TestLinks:
    def test_aliases(self, session, tmp_path):
        files = {
            "organizations": "acronym,name_en\nA,A\nB,B\n",
            "aliases": "alias,organization_acronym,source\nÁlias Uno,A,a list\n",
        }
        load_files(session, tmp_path, files)
        load_files(session, tmp_path, {"aliases": "alias,organization_acronym\nÁlias Uno,B\n"})
        alias = session.scalars(select(Alias)).one()
        assert (alias.organization.acronym, alias.folded, alias.source) == (
            "B",
            "alias uno",
            "a list",
        )

    def test_other_spellings_of_people(self, session, tmp_path):
        text = "person_key,alias,always\nana,SILVA Ana,\n"
        load_files(session, tmp_path, {"people": "key,name\nana,Ana\n", "person_aliases": text})
        load_files(session, tmp_path, {"person_aliases": text.replace("Ana,\n", "Ana,yes\n")})
        (alias,) = session.scalars(select(PersonAlias))
        assert (alias.person.key, alias.text, alias.always) == ("ana", "SILVA Ana", True)
        assert alias.name_key == name_key("Ana Silva")
        found = problems_of(
            session, tmp_path, {"person_aliases": text + "eva,E,\nana,,\nana,A,x\n"}
        )
        assert [(p.row, p.column) for p in found] == [
            (4, "alias"), (5, "always"), (3, "person_key"),
        ]  # fmt: skip

    def test_groupings_of_countries_or_organizations(self, session, tmp_path):
        OrganizationFactory(acronym="A")
        text = "grouping,country,organization_acronym,status\nG,UY,,member\nG,,A,\n"
        load_files(session, tmp_path, {"groupings": text})
        assert find(session, Grouping, name="G").slug == "g"
        files = {"groupings": text + "G,,,\nH,UY,A,\n中,UY,,\n"}
        assert [(p.row, p.column) for p in problems_of(session, tmp_path, files)] == [
            (6, "grouping"), (4, "country"), (5, "country"),
        ]  # fmt: skip

    def test_affiliations_have_their_days(self, session, tmp_path):
        PersonFactory(key="p")
        OrganizationFactory(acronym="A")
        text = "person_key,organization_acronym,start_date,end_date\np,A,{},{}\n"
        load_files(session, tmp_path, {"affiliations": text.format("2020", "2021-06")})
        found = session.scalars(select(Affiliation)).one()
        assert (str(found.first_day), str(found.last_day)) == ("2020-01-01", "2021-06-30")
        bad = {"affiliations": text.format("2022-07", "2022-06")}
        assert said(problems_of(session, tmp_path, bad)) == [
            "affiliations.csv, row 2, end_date: ends (2022-06) before it starts (2022-07)"
        ]

    def test_headcounts(self, session, tmp_path):
        EventFactory(key="e")
        header = "event_key,metric,dimension,value_key,unit,value\n"
        load_files(session, tmp_path, {"headcounts": header + "e,participants,,,,12.5\n"})
        load_files(session, tmp_path, {"headcounts": header + "e,participants,,,,13\n"})
        figure = session.scalars(select(Headcount)).one()
        assert (figure.value, figure.mode, figure.unit, figure.qualifier) == (
            13, "all", "count", "exact",
        )  # fmt: skip
        bad = {"headcounts": header + "e,participants,,x,,1\ne,newcomers,,,percent,101\n"}
        assert [(p.row, p.column) for p in problems_of(session, tmp_path, bad)] == [
            (2, "value_key"), (3, "value"),
        ]  # fmt: skip

    def test_contributions(self, session, tmp_path):
        OrganizationFactory(acronym="A")
        EventFactory(key="e")
        SpaceFactory(code="S")
        header = "event_key,space_code,organization_acronym,kind,title,amount,currency\n"
        good = header + "e,,A,grant,Travel,100.50,USD\n,S,A,panel,,,\n"
        load_files(session, tmp_path, {"contributions": good})
        load_files(session, tmp_path, {"contributions": good})
        assert count(session, Contribution) == 2
        bad = header + "e,S,A,grant,,,\n,,A,grant,,,\ne,,A,booth,,5,\ne,,A,other,,5,usd\n"
        assert [(p.row, p.column) for p in problems_of(session, tmp_path, {"contributions": bad})] == [
            (5, "currency"), (2, "event_key"), (3, "event_key"), (4, "amount"),
        ]  # fmt: skip


class TestPeople:
    def test_addresses_are_matched_in_lower_case(self, session, tmp_path):
        text = "key,name,email\np,Ana PÉREZ,{}\n"
        load_files(session, tmp_path, {"people": text.format("B@Example.org; a@example.org")})
        person = find(session, Person, key="p")
        assert person.name == "Ana PÉREZ"
        assert [e.address for e in person.emails] == ["b@example.org", "a@example.org"]
        report = load_files(session, tmp_path, {"people": text.format("a@example.org")})
        session.expire_all()
        assert [e.address for e in person.emails] == ["a@example.org"]
        assert report.files["people.csv"].changed == 1

    def test_an_address_is_one_persons(self, session, tmp_path):
        rows = "key,name,email\np,P,x@example.org\nq,Q,x@example.org\n"
        assert said(problems_of(session, tmp_path, {"people": rows})) == [
            "people.csv, row 3, email: x@example.org is the address of “p”"
        ]

    def test_an_address_may_go_from_one_to_the_next(self, session, tmp_path):
        load_files(session, tmp_path, {"people": "key,name,email\np,P,x@example.org\nq,Q,\n"})
        load_files(session, tmp_path, {"people": "key,name,email\np,P,\nq,Q,x@example.org\n"})
        assert [e.address for e in find(session, Person, key="q").emails] == ["x@example.org"]


class TestEngagements:
    HEADER = "organization,space,role,person,from_date,source,confidence\n"

    @pytest.fixture(autouse=True)
    def things(self, session):
        OrganizationFactory(acronym="A")
        SpaceFactory(code="S")

    def people(self, session):
        return sorted(session.scalars(select(Person.key)))

    def test_a_new_name_makes_a_person(self, session, tmp_path):
        text = self.HEADER + "A,S,member,Ana Núñez,2020,here,low\nA,S,observer,Ana Núñez,,,\n"
        for _time in range(2):
            load_files(session, tmp_path, {"engagements": text})
        person = session.scalars(select(Person)).one()
        assert (person.key, person.name, person.source, person.confidence) == (
            "ana-nunez", "Ana Núñez", "here", "low",
        )  # fmt: skip
        assert count(session, Engagement) == 2
        assert current_revision(session) > 0

    def test_a_known_name_is_that_person_accents_or_not(self, session, tmp_path):
        PersonFactory(key="p", name="Ana Núñez")
        load_files(session, tmp_path, {"engagements": self.HEADER + "A,S,member,ana nunez,,,\n"})
        assert self.people(session) == ["p"]
        assert session.scalars(select(Engagement)).one().person.key == "p"

    def test_the_key_of_a_new_person_is_free(self, session, tmp_path):
        PersonFactory(key="ana-nunez", name="Somebody else")
        load_files(session, tmp_path, {"engagements": self.HEADER + "A,S,member,Ana Núñez,,,\n"})
        assert self.people(session) == ["ana-nunez", "ana-nunez-2"]

    def test_of_two_with_one_name_the_key_tells(self, session, tmp_path):
        PersonFactory(key="ana-1", name="Ana")
        PersonFactory(key="ana-2", name="Ana")
        files = {"engagements": self.HEADER + "A,S,member,Ana,,,\n"}
        assert said(problems_of(session, tmp_path, files)) == [
            "engagements.csv, row 2, person: 2 people are called “Ana”: give the key of one"
        ]
        load_files(session, tmp_path, {"engagements": self.HEADER + "A,S,member,ana-2,,,\n"})
        assert session.scalars(select(Engagement)).one().person.key == "ana-2"


class TestKeepingEdits:
    def test_a_row_that_somebody_edited_stays(self, session, tmp_path):
        shutil.copytree(REFERENCE, tmp_path / "reference")
        load(session, REFERENCE, keep_edited=True)
        session.commit()
        lacnic = find(session, Organization, acronym="LACNIC")
        attribute(session, "organization.edit", None)
        lacnic.website = "https://example.org/ours"
        session.commit()
        path = tmp_path / "reference" / "organizations.csv"
        path.write_text(
            path.read_text().replace("www.lacnic.net", "example.org/theirs")
            .replace("https://www.icann.org", "https://example.org/icann")
        )  # fmt: skip
        load(session, tmp_path / "reference", keep_edited=True)
        session.commit()
        session.expire_all()
        assert lacnic.website == "https://example.org/ours"
        icann = find(session, Organization, acronym="ICANN")
        assert icann.website == "https://example.org/icann"

    def test_a_renamed_one_is_not_made_again(self, session):
        load(session, REFERENCE, keep_edited=True)
        session.commit()
        attribute(session, "organization.edit", None)
        find(session, Organization, acronym="LACNIC").acronym = "LACNIC-NEXT"
        session.commit()
        report = load(session, REFERENCE, keep_edited=True)
        session.commit()
        assert {(c.added, c.changed) for c in report.files.values()} == {(0, 0)}
        assert count(session, Organization) == 49
