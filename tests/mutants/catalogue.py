"""The mutants: one change each, and the tests that are asked."""

from dataclasses import dataclass

GOLDEN = ("tests/golden/test_golden.py",)
MATRIX = ("tests/meta/test_permission_matrix.py",)
ACCOUNTS = ("tests/accounts/test_permissions.py",)
LISTING = ("tests/extracts/test_listing.py",)
ROSTERS = ("tests/rosters/test_selection.py", "tests/rosters/test_groups.py", "tests/rosters/test_names.py")
SENDING = ("tests/rosters/test_sending.py",)
CERS = ("tests/rosters/test_cers_validation.py",)
ROP = ("tests/rop_export/test_minutes.py", "tests/rop_export/test_building.py")
SIRAS = ("tests/siras_export/test_building.py", "tests/siras_export/test_receiving.py")
SIRAS_NIGHTS = ("tests/siras_export/test_nights.py",)
SELECTION = "extracts/selection.py"
PERMISSIONS = "accounts/permissions.py"
RULES = ("tests/submissions/test_rules.py",)


@dataclass(frozen=True)
class Mutant:
    """`before` stands once in `file` and becomes `after`. `only` narrows the tests, as pytest's -k."""

    what: str
    before: str
    after: str
    only: str = ""
    file: str = SELECTION
    tests: tuple[str, ...] = GOLDEN


SPECIAL = "extracts/special_selection.py"
HISTORIES = "histories/access.py"
STUDENTS = ("tests/histories/test_students.py", "tests/histories/test_staff.py")

SCORING = ("tests/ssid_matching/test_scoring.py",)
MATCHING = ("tests/ssid_matching/test_blocking.py",)
LEVELS = ("tests/ssid_matching/test_agreement.py",)
LINES = ("tests/ods/posting/test_matching_lines.py",)
TOOL = ("tests/ssid_matching/test_flow.py",)
INPUT = ("tests/ssid_matching/test_input_file.py",)


def rule(what: str, before: str, after: str, record_type: str, module: str) -> Mutant:
    """A mutant of a module of submission rules, asked of the cases of one record type."""
    return Mutant(
        f"Rules: {what}", before, after, f"beside and {record_type}", f"ods/submission_rules/{module}.py", RULES
    )


MUTANTS = (
    # --- the extracts of section 8 --------------------------------------------------------------------------------
    Mutant("SSID: exited students too", ".filter(enrollment_exit_date__isnull=True)\n    if criteria.postings", "\n    if criteria.postings", "8.1-ssid", SPECIAL),
    Mutant("SSID: status without a date is latest", "desc(nulls_last=True), \"-posting_id\"", "desc(nulls_first=True), \"-posting_id\"", "8.1-ssid", SPECIAL),
    Mutant("SSID: status of any LEA", "        reporting_lea=OuterRef(\"reporting_lea\"), current_ssid=OuterRef(\"current_ssid\")\n", "        current_ssid=OuterRef(\"current_ssid\")\n", "8.1-ssid", SPECIAL),
    Mutant("SSID: created as posted", "StudentIdentity.objects.filter(ssid=OuterRef(\"current_ssid\"))", "StudentIdentity.objects.filter(ssid=OuterRef(\"ssid\"))", "8.1-ssid", SPECIAL),
    Mutant("REPL: exited students too", "        enrollment_exit_date__isnull=True,\n", "", "8.4", SPECIAL),
    Mutant("REPL: any school", "        school_of_attendance__in=criteria.schools,\n", "", "8.4", SPECIAL),
    Mutant("REPL: last day excluded", "retired_on__lte=criteria.end", "retired_on__lt=criteria.end", "8.4", SPECIAL),
    Mutant("REPL: first enrolment", "order_by(\"-enrollment_start_date\", \"-posting_id\"", "order_by(\"enrollment_start_date\", \"-posting_id\"", "8.4", SPECIAL),
    Mutant("CENR: grade does not tell rows apart", "\"current_ssid\", \"grade_level_code\")", "\"current_ssid\")", "8.2", SPECIAL),
    Mutant("CENR: as of begins any time", "start=academic_year_of(criteria.as_of).first_day", "start=date(1900, 1, 1)", "8.2", SPECIAL),
    Mutant("CENR: status after the exit counts", "_language_statuses().filter(began)", "_language_statuses()", "8.2", SPECIAL),
    Mutant("CENR: information before the enrolment counts", "effective_end_date__gte=OuterRef(\"enrollment_start_date\")", "effective_end_date__gte=date(1900, 1, 1)", "8.2", SPECIAL),
    Mutant("DC: any year", "        academic_year=criteria.academic_year, current_ssid", "        current_ssid", "8.6", SPECIAL),
    Mutant("DC: enrolments before the year", " | Q(enrollment_exit_date__gte=year.first_day),", " | Q(pk__gt=0),", "8.6", SPECIAL),
    Mutant("DC: since is exclusive", "certified_on__gte=criteria", "certified_on__gt=criteria", "8.6", SPECIAL),
    # --- the SSID Matching Tool -------------------------------------------------------------------------------------
    Mutant("Score: exchanged names cost nothing", "found[inside] @ weights - settings.exchange_cost", "found[inside] @ weights", "", "ssid_matching/scoring.py", SCORING),
    Mutant("Score: an alias counts as the legal name", "through = settings.alias_factor * vocabulary", "through = 1.0 * vocabulary", "", "ssid_matching/scoring.py", SCORING),
    Mutant("Score: no limit on years", "in_time = np.abs(one.year - other.year) <= settings.year_limit", "in_time = np.abs(one.year - other.year) <= 99", "", "ssid_matching/scoring.py", SCORING),
    Mutant("Score: month and day exchanged are two errors", "similarity[turned, 4:6] = 0.5", "similarity[turned, 4:6] *= 1", "", "ssid_matching/scoring.py", SCORING),
    Mutant("Score: a suffix counts", "in _SUFFIXES:\n        parts.pop()", "in _SUFFIXES:\n        pass", "", "ods/matching_keys.py", SCORING),
    Mutant("Keys: a wrong year is not bridged", "found.add(crc32(both, day))", "pass", "brute or edit", "ods/matching_keys.py", MATCHING),
    Mutant("Keys: a wrong day is not bridged", "found.add(crc32(both, year))", "pass", "brute or edit", "ods/matching_keys.py", MATCHING),
    Mutant("Keys: names on near days are not looked for", "for near in _days_near(born)}", "for near in (day,)}", "bridged", "ods/matching_keys.py", MATCHING),
    Mutant("Keys: no other day of the month is near", "(days - {born}) | {born[:6]}", "days", "bridged", "ods/matching_keys.py", MATCHING),
    Mutant("Keys: those of an earlier release are not noticed", "return wanted <= set(there)", "return True", "earlier_release", "ods/matching_lines.py", ("tests/ods/posting/test_matching_lines.py",)),
    Mutant("Keys: whole names in no other year", "| _of_whole_names(first, last, born)\n    found |= {crc32(half, near)", "\n    found |= {crc32(half, near)", "bridged", "ods/matching_keys.py", MATCHING),
    Mutant("Keys: a middle name is no first name", "        found |= {crc32(sound(word), day) for word in middle.split() if len(word) > 1}\n", "", "bridged", "ods/matching_keys.py", MATCHING),
    Mutant("Keys: initials bridge nothing", "    found = {crc32(_initials(first, last), day)} | _of_whole_names", "    found = _of_whole_names", "bridged", "ods/matching_keys.py", MATCHING),
    Mutant("Keys: a middle name beside the last name bridges nothing", "        found |= _of_both(_sounds_of(middle), _sounds_of(last, alias_last), born)\n", "", "bridged", "ods/matching_keys.py", MATCHING),
    Mutant("Matching: one asked alone is compared with more", "kept = pairs.far & ~fitting[pairs.record]", "kept = pairs.far.copy()", "alone", "ssid_matching/comparing.py", MATCHING),
    Mutant("Likelihood: an initial elsewhere says what a name does", "    share[begun & ~whole] = _INITIAL\n", "", "another_place", "ssid_matching/agreement.py", LEVELS),
    Mutant("Likelihood: birthplaces of everybody", "            both[text] += count * (count - 1)\n", "", "birthplace", "ssid_matching/frequencies.py", LEVELS),
    Mutant("Likelihood: middle names of everybody", "count * times.counts.get(text, times.unseen)", "count", "beside", "ssid_matching/frequencies.py", LEVELS),
    Mutant("Likelihood: a namesake errs in his name", "np.where(whole, 1.0, ", "np.where(whole & False, 1.0, ", "namesake", "ssid_matching/likelihood.py", LEVELS),
    Mutant("Likelihood: two usual names are a misspelling", "found[usual & (", "found[~usual & (", "", "ssid_matching/agreement.py", LEVELS),
    Mutant("Likelihood: two blank birth dates agree", "level[(year == 0) | (other_year == 0)] = 8", "pass", "", "ssid_matching/agreement.py", LEVELS),
    Mutant("Likelihood: common names say as much as rare ones", "chance[row, there] *= share[there] / usual.coincidence", "pass", "", "ssid_matching/likelihood.py", LEVELS),
    Mutant("Likelihood: middle names left out are none", "level[(one.middle == 0) & (other.middle == 0)] = 4", "level[(one.middle == 0) | (other.middle == 0)] = 4", "", "ssid_matching/agreement.py", LEVELS),
    Mutant("Likelihood: exchanged names are not near", "| (crossed.rows(rows) & crossed_back.rows(rows))", "", "", "ssid_matching/everybody.py", LEVELS),
    Mutant("Lines: the earliest enrolment", "ORDER BY t.enrollment_start_date DESC", "ORDER BY t.enrollment_start_date", "", "ods/matching_lines.py", LINES),
    Mutant("Lines: old keys stay", "for key in before - after", "for key in before - before", "", "ods/matching_lines.py", LINES),
    Mutant("Lines: a restored SSID's records stay with the other", "        refresh_lines([left.ssid])\n", "", "", "ods/identities.py", LINES),
    Mutant("Matching: a stale worker writes", "        raise Stopped", "        pass", "stale", "ssid_matching/running.py", TOOL),
    Mutant("Matching: a decision is overwritten unseen", "if seen is not None and seen != before:", "if False:", "meanwhile", "ssid_matching/choosing.py", TOOL),
    Mutant("Matching: a candidate of another record", "filter(record=held, pk=number)", "filter(pk=number)", "another", "ssid_matching/choosing.py", TOOL),
    Mutant("Matching: links to other LEAs' students", "may_search and told.values[\"reporting_lea\"] == organization.code", "may_search", "another", "ssid_matching/views.py", TOOL),
    Mutant("Matching: undecided records are submitted as new", "_records(run).filter(decision=decision)", "_records(run).exclude(decision=\"student\")", "undoing", "ssid_matching/results_file.py", TOOL),
    Mutant("Matching: an SSID is let in", '"" if not value.strip() else "It must be blank', '"" if value else "It must be blank', "", "ssid_matching/input_file.py", INPUT),
    Mutant("Matching: schools beyond the role", "if place.reached is not None and", "if False and", "", "ssid_matching/input_file.py", INPUT),
    # --- who sees which records of a person -------------------------------------------------------------------------
    Mutant("Histories: other LEAs' records", "        reporting_lea__in=[lea.code for lea in access.leas()], **person\n", "        **person\n", "", HISTORIES, STUDENTS),
    Mutant("Histories: every school's records", "one = Q() if held.whole else", "one = Q() if True else", "", HISTORIES, STUDENTS),
    Mutant("Histories: all PSTS rows", "if unlock.limit == \"sped\":", "if False:", "", HISTORIES, STUDENTS),
    Mutant("Histories: the school of the enrolment", "            school_of_attendance__in=schools,\n", "", "", HISTORIES, STUDENTS),
    Mutant("Histories: search beyond the schools", "return found if held.whole else found", "return found if True else found", "", HISTORIES, STUDENTS),
    # --- the enrolment ------------------------------------------------------------------------------------------
    Mutant(
        "SENR: no Reporting LEA filter",
        "        reporting_lea=criteria.reporting_lea, school_of_attendance__in=criteria.schools\n",
        "        school_of_attendance__in=criteria.schools\n",
        "senr",
    ),
    Mutant(
        "SENR: no school filter",
        "        reporting_lea=criteria.reporting_lea, school_of_attendance__in=criteria.schools\n",
        "        reporting_lea=criteria.reporting_lea\n",
        "senr",
    ),
    Mutant("Active: exit date flipped", "enrollment_exit_date__isnull=True", "enrollment_exit_date__isnull=False", "senr"),
    Mutant(
        "Active: not tested",
        "    if criteria.active:\n        found = found.filter(enrollment_exit",
        "    if False:\n        found = found.filter(enrollment_exit",
        "senr or sinf",
    ),
    Mutant(
        "Range: not tested",
        "    if criteria.start and criteria.end:\n        found = found.filter(overlaps(\"enrollment_start",
        "    if False:\n        found = found.filter(overlaps(\"enrollment_start",
        "senr or sinf",
    ),
    Mutant("Range: last day excluded", 'Q(**{f"{start_field}__lte": end})', 'Q(**{f"{start_field}__lt": end})', "senr"),
    Mutant("Range: first day excluded", 'Q(**{f"{end_field}__gte": start})', 'Q(**{f"{end_field}__gt": start})', "senr"),
    Mutant("Range: an open end does not overlap", 'Q(**{f"{end_field}__isnull": True}) | ', "", "senr"),
    Mutant("Range: start not tested", 'Q(**{f"{start_field}__lte": end}) & ', "", "senr"),
    Mutant(
        "Range: end not tested",
        '    return Q(**{f"{start_field}__lte": end}) & (',
        '    return Q(**{f"{start_field}__lte": end}) | (',
        "senr",
    ),
    # --- rows at the school of the enrolment --------------------------------------------------------------------
    Mutant(
        "SINF, SPRG: own school not tested",
        "    found = _reported(criteria).filter(school_of_attendance__in=criteria.schools)\n    if criteria.active or",
        "    found = _reported(criteria)\n    if criteria.active or",
        "sinf or sprg",
    ),
    Mutant(
        "SINF, SPRG: enrolment at another selected school counts",
        '        found = found.filter(_enrolled(criteria, school_of_attendance=OuterRef("school_of_attendance")))',
        "        found = found.filter(_enrolled(criteria))",
        "sinf or sprg",
    ),
    Mutant("SINF: active does not ask for an enrolment", "criteria.active or criteria.start", "criteria.start", "sinf or sprg"),
    Mutant("SINF: a range does not ask for an enrolment", "criteria.active or criteria.start", "criteria.active", "sinf or sprg"),
    Mutant(
        "SPRG: Academic Year not tested",
        "        found = found.filter(academic_year_id=criteria.academic_year)\n    if criteria.program_code",
        "        pass\n    if criteria.program_code",
        "sprg",
    ),
    Mutant("SPRG: program code not tested", "    if criteria.program_code and", "    if False and", "sprg"),
    Mutant("SPRG: All taken for a code", "criteria.program_code != ALL_PROGRAMS", "True", "sprg"),
    Mutant(
        "SINF: Effective Date not tested",
        "    return _in_effect(found, criteria)\n\n\ndef rows_of_enrolled",
        "    return found\n\n\ndef rows_of_enrolled",
        "sinf",
    ),
    Mutant(
        "Effective dates: flipped to the start alone",
        'overlaps("effective_start_date", "effective_end_date", criteria.effective_start, criteria.effective_end)',
        "Q(effective_start_date=criteria.effective_start)",
        "sinf or sdem",
    ),
    # --- rows of enrolled students ------------------------------------------------------------------------------
    Mutant("SWDS: own LEA's rows only", 'if criteria.record_type == "SWDS" else', "if False else", "swds"),
    Mutant("SELA, MEET, PLAN, SERV: every LEA's rows", 'if criteria.record_type == "SWDS" else', "if True else", "meet or sela"),
    Mutant("SELA ...: enrolment not asked for", "    found = found.filter(_enrolled(criteria))\n    if criteria.most", "    if criteria.most", "sela or plan"),
    Mutant("Most Recent Only: ignored", "    if criteria.most_recent:", "    if False:", "swds or meet or plan or serv"),
    Mutant("Most Recent Only: always", "    if criteria.most_recent:", "    if True:", "swds or meet or plan or serv or sela"),
    Mutant("Most Recent Only: the oldest", "descending=True, nulls_last=True", "descending=False, nulls_last=True", "swds or meet or plan"),
    Mutant("Most Recent Only: dateless rows first", "nulls_last=True", "nulls_first=True", "meet"),
    Mutant("Most Recent Only: ties by the posting's line alone", 'F("posting_id").desc(), ', "", "swds or meet or plan"),
    Mutant("Most Recent Only: ties by the posting alone", ', F("posting_line").desc()]', "]", "swds or meet or plan"),
    Mutant("Most Recent Only: ties by the first posting", 'F("posting_id").desc()', 'F("posting_id").asc()', "swds or meet or plan"),
    Mutant("SERV: one row, not the latest plan's", 'if criteria.record_type == "SERV":', "if False:", "serv"),
    Mutant("Most Recent Only: by the SSID as posted", 'RowNumber(),\n                partition_by=F("current_ssid")', 'RowNumber(),\n                partition_by=F("ssid")', "retired"),
    Mutant("SERV: latest by the SSID as posted", 'Window(Rank(), partition_by=F("current_ssid")', 'Window(Rank(), partition_by=F("ssid")', "retired"),
    Mutant("MEET: meeting date only", 'return Coalesce("special_education_meeting_date", "pending_as_of_date")', 'return F("special_education_meeting_date")', "meet"),
    Mutant("MEET: pending date first", 'Coalesce("special_education_meeting_date", "pending_as_of_date")', 'Coalesce("pending_as_of_date", "special_education_meeting_date")', "meet"),
    # --- rows of a year -----------------------------------------------------------------------------------------
    Mutant(
        "Year types: Academic Year not tested",
        "criteria.schools}), academic_year_id=criteria.academic_year)",
        "criteria.schools}))",
        "stas or crse or sinc or sass",
    ),
    Mutant("Year types: school not tested", 'Q(**{f"{school}__in": criteria.schools})', "Q()", "stas or crse or sinc or sass"),
    Mutant("All but SENR, SWDS, SDEM: no Reporting LEA filter", "    return model._default_manager.filter(reporting_lea=criteria.reporting_lea)", "    return model._default_manager.all()", "stas or sinf or psts"),
    # --- PSTS ---------------------------------------------------------------------------------------------------
    Mutant(
        "PSTS: own school not tested",
        "    found = _reported(criteria).filter(school_of_attendance__in=criteria.schools)\n    if criteria.academic_year:",
        "    found = _reported(criteria)\n    if criteria.academic_year:",
        "psts",
    ),
    Mutant(
        "PSTS: Academic Year not tested",
        "    if criteria.academic_year:\n        found = found.filter(academic_year_id=criteria.academic_year)\n    if criteria.start:",
        "    if criteria.start:",
        "psts",
    ),
    Mutant("PSTS: a range asks for no enrolment", "    if criteria.start:\n        found = found.filter(_enrolled(criteria))\n    if criteria.part", "    if criteria.part", "psts"),
    Mutant(
        "PSTS: the enrolment must be at the row's own school",
        "    if criteria.start:\n        found = found.filter(_enrolled(criteria))\n    if criteria.part",
        "    if criteria.start:\n        found = found.filter(_enrolled(criteria, school_of_attendance=OuterRef(\"school_of_attendance\")))\n    if criteria.part",
        "psts",
    ),
    Mutant("PSTS: participation not tested", "    if criteria.participation:", "    if False:", "psts"),
    Mutant("PSTS: limit to students with disabilities not tested", '    if criteria.limit == "sped":', "    if False:", "psts"),
    # --- SDEM ---------------------------------------------------------------------------------------------------
    Mutant("SDEM: no Reporting LEA filter", "StaffDemographics.objects.filter(reporting_lea=criteria.reporting_lea)", "StaffDemographics.objects.all()", "sdem"),
    Mutant("SDEM: Active Staff flipped", "employment_end_date__isnull=True", "employment_end_date__isnull=False", "sdem"),
    Mutant("SDEM: employment dates not tested", "    elif criteria.start and criteria.end:", "    elif False:", "sdem"),
    Mutant("SDEM: effective dates not tested", "    return _in_effect(found, criteria)\n\n\ndef overlaps", "    return found\n\n\ndef overlaps", "sdem"),
    # --- the student's current SSID, and the order ---------------------------------------------------------------
    Mutant("Join by the SSID as posted", 'filter(current_ssid=OuterRef("current_ssid"), **same)', 'filter(ssid=OuterRef("ssid"), **same)', "retired"),
    Mutant("The SSID as posted comes out", '"current_ssid" if field.field == "ssid" else field.field', "field.field", "", "ods/layout.py", ("tests/extracts/test_lines.py", "tests/extracts/test_building.py", *GOLDEN)),
    Mutant("Order by the SSID as posted", '"current_ssid" if name == "ssid" else name for name in entry', "name for name in entry", "retired"),
    Mutant("Order: blank dates last", "Coalesce(*names, NO_DATE).asc()", "Coalesce(*names, NO_DATE).asc() if len(names) > 1 else F(names[0]).asc(nulls_last=True)", "sela or order"),
    Mutant("Order: MEET's second date not looked at", "Coalesce(*names, NO_DATE).asc()", "Coalesce(names[0], NO_DATE).asc()", "meet"),
    Mutant("Order: none", 'return rows.order_by(*order, "pk")', 'return rows.order_by("pk")', "order or senr"),
    Mutant("Order: descending", "return F(names[0]).asc()", "return F(names[0]).desc()", "order or senr"),
    Mutant("Order: no rest of the key", "[*definition.row_order, *((name,) for name in definition.key)]", "[*definition.row_order]", "order or ties"),
    # --- who may ask and see -------------------------------------------------------------------------------------
    Mutant("Menu: no role needed", " if unlock.role in held\n", "\n", "", "extracts/access.py", ("tests/extracts/test_access.py",)),
    Mutant("School users get SDEM", "return held if unlock.schools else Reach(whole=held.whole)", "return held", "", "extracts/access.py", ("tests/extracts/test_access.py",)),
    Mutant("School users are offered every school", "return [school for school in found if school.code in reached]", "return found", "", "extracts/access.py", ("tests/extracts/test_access.py",)),
    Mutant("School users reach placements", "(not takes_whole and own <= held.schools)", "(own <= held.schools)", "", "extracts/access.py", ("tests/extracts/test_access.py",)),
    Mutant("School users reach every school", "(not takes_whole and own <= held.schools)", "(not takes_whole)", "", "extracts/access.py", ("tests/extracts/test_access.py",)),
    Mutant("Jobs: every organisation's", "Job.objects.filter(organization=organization).order_by", "Job.objects.order_by", "", "jobs/queries.py", MATRIX),
    Mutant("Jobs: whatever the record type", "everywhere |= Q(kind=kind.name) & _any_of(whole)", "everywhere |= Q(kind=kind.name)", "", "jobs/queries.py", MATRIX),
    Mutant("Jobs: school users see whole-LEA jobs", "Q(authority_whole=False, pk__in=JobSchool.objects.filter(code__in=all_codes).values(\"job\")) & inside", "inside", "", "jobs/queries.py", MATRIX),
    Mutant("Jobs: one school of several is enough", "inside |= covered & ~Q(Exists(outside))", "inside |= covered", "", "jobs/queries.py", ("tests/jobs/test_queries.py",)),
    Mutant("Jobs: former members of a SELPA stay", "        rights &= Q(authority_lea__in=member_leas(organization).values(\"code\"))\n", "        pass\n", "", "jobs/queries.py", MATRIX),
    Mutant("Jobs: the limit on rows is not looked at", "Q(authority_limit=limit, record_type__in=record_types)", "Q(record_type__in=record_types)", "", "jobs/queries.py", ("tests/jobs/test_queries.py",)),
    Mutant("List: what has expired stays as it was", "Q(removed_at__isnull=False) | Q(expires_at__lte=SOME_TIME)", "Q(removed_at__isnull=False)", "", "extracts/listing.py", LISTING),
    Mutant("List: what was removed stays as it was", "Q(removed_at__isnull=False) | Q(expires_at__lte=SOME_TIME)", "Q(expires_at__lte=SOME_TIME)", "", "extracts/listing.py", LISTING),
    Mutant("List: what still moves is remembered", "if as_told and not brief.active and", "if as_told and", "", "extracts/listing.py", LISTING),
    Mutant("List: remembered under what it was before", "if as_told and not", "if not", "", "extracts/listing.py", LISTING),
    Mutant("List: the marked row is remembered", "not brief.active and brief.pk != marked:", "not brief.active:", "", "extracts/listing.py", LISTING),
    Mutant("List: a renamed requester keeps the old name", '"requested_by__username")', 'Value(""))', "", "extracts/listing.py", LISTING),
    Mutant("Roles: inactive users keep theirs", "user=user, user__is_active=True", "user=user", "", PERMISSIONS, ACCOUNTS),
    Mutant("Roles: groups of inactive users keep theirs", "group__user=user, group__user__is_active=True", "group__user=user", "", PERMISSIONS, ACCOUNTS),
    Mutant("Roles: groups count for everybody", "GroupRole.objects.filter(grant, group__user=user, group__user__is_active=True)", "GroupRole.objects.filter(grant)", "", PERMISSIONS, ACCOUNTS),
    Mutant("Roles: whichever role", "        permission__codename__in=roles,\n", "", "", PERMISSIONS, ACCOUNTS),
    Mutant("Roles: of a model of the same codename elsewhere", "        permission__content_type__model=Organization._meta.model_name,\n", "        permission__content_type__model__gt='',\n", "", PERMISSIONS, ACCOUNTS),
    Mutant("Roles: whatever the kind of organisation", "held_at(user, [role]).filter(kind__in=kinds)", "held_at(user, [role])", "", PERMISSIONS, ACCOUNTS),
    Mutant("Roles: an LEA's do not reach its schools", "Q(pk__in=held) | Q(parent__in=held)", "Q(pk__in=held)", "", PERMISSIONS, ACCOUNTS),
    Mutant("Roles: a SELPA's former members", "Q(until__isnull=True) | Q(until__gte=on)", "Q(until__isnull=True) | Q(until__isnull=False)", "", PERMISSIONS, ACCOUNTS),
    Mutant("Roles: a SELPA's future members", "Q(since__lte=on) & (", "(", "", PERMISSIONS, ACCOUNTS),
    Mutant("Roles: any SELPA's members", "SelpaMembership.objects.filter(_in_force(pacific_today()), selpa__in=held)", "SelpaMembership.objects.filter(_in_force(pacific_today()))", "", PERMISSIONS, ACCOUNTS),
    Mutant("Reach: other organisations'", "        elif grant.parent == organization.pk:", "        else:", "", PERMISSIONS, ACCOUNTS),
    Mutant("Reach: a school's role is the LEA's", "        if grant.place == organization.pk:", "        if True:", "", PERMISSIONS, ACCOUNTS),
    Mutant("Running: the right is not looked at again", "if not queries.covers(user=job.requested_by, job=job):", "if False:", "", "jobs/running.py", ("tests/jobs/test_running.py",)),
    Mutant("Requesting: the right is not looked at", "if not queries.covers(user=requested_by, job=job):", "if False:", "", "jobs/requesting.py", ("tests/jobs",)),
    Mutant("Downloading: the right is not looked at again", "job = queries.job_for(user, job_id)", "job = Job.objects.get(pk=job_id)", "", "jobs/downloading.py", MATRIX),
    # --- the ROP extract -----------------------------------------------------------------------------------------
    Mutant("ROP: an absence counts", "            if code not in absences:\n", "            if True:\n", "", "rop_export/minutes.py", ROP),
    Mutant("ROP: all-day codes do not count", "code = code or all_day", "code = code", "", "rop_export/minutes.py", ROP),
    Mutant("ROP: recorded minutes are not capped", "min(entry.minutes, scheduled or 0)", "entry.minutes", "", "rop_export/minutes.py", ROP),
    Mutant("ROP: the last period's code", "first_code = first_code or code", "first_code = code", "", "rop_export/minutes.py", ROP),
    Mutant("ROP: the total is of usual days", "seat.total += found.minutes - days.usual[place]", "pass", "", "rop_export/building.py", ROP),
    Mutant("ROP: what an entry came to on another day", "known.get((place, said))", "known.get((0, said))", "", "rop_export/building.py", ROP),
    Mutant("ROP: inactive students never come", "if not person.active and not any(seat.total for seat in seats):", "if not person.active:", "", "rop_export/building.py", ROP),
    Mutant("ROP: attendance of others is not passed over", "row[:2] < key", "False", "", "rop_export/attendance.py", ROP),
    Mutant("ROP: the excluded code in any user field", "user_codes.get(self.exclude_field) == self.exclude_code", "self.exclude_code in user_codes.values()", "", "rop_export/criteria.py", ("tests/rop_export/test_acceptance.py",)),
    Mutant("ROP: anybody with the role downloads", "    if job.requested_by_id != request.user.pk:\n        audit", "    if False:\n        audit", "", "rop_export/views.py", ("tests/rop_export/test_acceptance.py",)),
    Mutant("ROP data: with errors half is loaded", "raise _Broken", "pass", "", "rop_export/importing.py", ("tests/rop_export/test_importing.py",)),
    # --- SIRAS ---------------------------------------------------------------------------------------------------
    Mutant("SIRAS: secondary enrolments count", "            enrollment_status_code=PRIMARY,\n", "", "listed", "siras_export/students.py", SIRAS),
    Mutant("SIRAS: other LEAs' enrolments", "            _open(\"enrollment_exit_date\", on),\n            **of_lea,\n", "            _open(\"enrollment_exit_date\", on),\n", "another_district", "siras_export/students.py", SIRAS),
    Mutant("SIRAS: the last day does not count", "__gte\": on})\n\n\ndef _pupil", "__gt\": on})\n\n\ndef _pupil", "504_plan or listed", "siras_export/students.py", SIRAS),
    Mutant("SIRAS: a meeting that was held is pending", "pending_as_of_date__lte=on, special_education_meeting_date__isnull=True", "pending_as_of_date__lte=on", "special_ed", "siras_export/students.py", SIRAS),
    Mutant("SIRAS: 144 counts as a 504 plan", "_504, _MIGRANT = \"101\", \"135\"", "_504, _MIGRANT = \"144\", \"135\"", "504_plan", "siras_export/students.py", SIRAS),
    Mutant("SIRAS: students without SSID are sent", "    if not pupil.ssid:  # and", "    if False:  # and", "listed", "siras_export/building.py", SIRAS),
    Mutant("SIRAS: 504 before SPED", "PROGRAMS = (SPED, PLAN_504, SST)", "PROGRAMS = (PLAN_504, SPED, SST)", "", "siras_export/rows.py", ("tests/siras_export/test_rows.py",)),
    Mutant("SIRAS: the gate takes a file of that very moment", "modified <= last_log", "modified < last_log", "gate", "siras_export/receiving/gate.py", SIRAS),
    Mutant("SIRAS: a file of any age", "TOO_OLD if now - modified > OLDEST else", "TOO_OLD if False else", "gate", "siras_export/receiving/gate.py", SIRAS),
    Mutant("SIRAS: 1 August is summer", "since <= mark < until if", "since <= mark <= until if", "summer", "siras_export/receiving/gate.py", SIRAS),
    Mutant("SIRAS: inactive students are updated", "        if record.inactive:\n", "        if False:\n", "inactive", "siras_export/receiving/importing.py", SIRAS),
    Mutant("SIRAS: names are updated unasked", "if self._options.identifying and close:", "if close:", "one_name or differs or equal", "siras_export/receiving/importing.py", SIRAS),
    Mutant("SIRAS: one of three is close enough", ".count(True) >= 2", ".count(True) >= 1", "identifying", "siras_export/receiving/importing.py", SIRAS),
    Mutant("SIRAS: whatever birthdate", "record.values.get(\"birthdate\") != values[\"birthdate\"] or", "False or", "skipped", "siras_export/receiving/importing.py", SIRAS),
    Mutant("SIRAS: a repeated SSID counts again", "if ssid in self._seen:", "if False:", "twice", "siras_export/receiving/importing.py", SIRAS),
    Mutant("SIRAS: blanks blank out", "if not given or each.key in _MATCHED_APART:", "if each.key in _MATCHED_APART:", "blanks", "siras_export/receiving/importing.py", SIRAS),
    Mutant("SIRAS: a school of the same code is changed", "if present is not None and present.code == code:", "if False:", "schools", "siras_export/receiving/schools.py", SIRAS),
    Mutant("SIRAS: the first of several is the default", "if entity.default), None)", "if True), None)", "schools", "siras_export/receiving/schools.py", SIRAS),
    Mutant("SIRAS: MM/DD is read", "day = date(int(found[3]), second, first)", "day = date(int(found[3]), *sorted((second, first)))", "dates", "siras_export/receiving/values.py", SIRAS),
    Mutant("SIRAS: any host key", "client.set_missing_host_key_policy(_Ask())", "client.set_missing_host_key_policy(paramiko.AutoAddPolicy())", "not_known", "siras_export/transport.py", ("tests/siras_export/test_transport.py",)),
    Mutant("SIRAS: written under its final name", "draft = f\"{parcel.name}.{secrets.token_hex(4)}.part\"", "draft = parcel.name", "whole", "siras_export/transport.py", ("tests/siras_export/test_transport.py",)),
    Mutant("SIRAS: unchanged content is sent", "if same and run.night and not run.profile.send_unchanged:", "if False:", "unchanged", "siras_export/nights.py", SIRAS_NIGHTS),
    Mutant("SIRAS: a fifth is held", "<= HELD_SHARE * before", "< HELD_SHARE * before", "a_fifth", "siras_export/nights.py", SIRAS_NIGHTS),
    Mutant("SIRAS: sent after the window", "    if now >= gate.closing(night):\n", "    if False:\n", "missed", "siras_export/nights.py", SIRAS_NIGHTS),
    Mutant("SIRAS: a mended profile is not noticed", "        if mended or run.try_again_at <= now:", "        if run.try_again_at <= now:", "person_can_mend", "siras_export/nights.py", SIRAS_NIGHTS),
    Mutant("SIRAS: a refused sign-in is tried at every tick", "    again_at = now + MEND_PAUSE\n", "    again_at = now\n", "stays_wrong", "siras_export/nights.py", SIRAS_NIGHTS),
    Mutant("SIRAS: one kind of finding crowds out another", "if self.kinds[finding.kind] <= MOST_FINDINGS:", "if len(self.findings) < MOST_FINDINGS:", "crowd", "siras_export/building.py", SIRAS),
    # --- student groups for CERS ---------------------------------------------------------------------------------
    Mutant("Rosters: excluded students are sent", "    if seat.ssid and seat.ssid in school.excluded_students:", "    if False:", "", "rosters/selection.py", ROSTERS),
    Mutant("Rosters: excluded enrollments count", "    counted = [enrollment for enrollment in looked_at if not enrollment.excluded]", "    counted = list(looked_at)", "", "rosters/selection.py", ROSTERS),
    Mutant("Rosters: an excluded school is sent", "    if school.excluded:\n        return Reason.SCHOOL_EXCLUDED\n", "", "", "rosters/selection.py", ROSTERS),
    Mutant("Rosters: secondary enrollments count", "    if counted and not any(", "    if False and not any(", "", "rosters/selection.py", ROSTERS),
    Mutant("Rosters: the exit date is not a day of the enrollment", "day <= self.exit)", "day < self.exit)", "", "rosters/selection.py", ROSTERS),
    Mutant("Rosters: the end of a seat is its last day", "(self.end is None or day < self.end)", "(self.end is None or day <= self.end)", "", "rosters/selection.py", ROSTERS),
    Mutant("Rosters: any subject", "    if section.subject not in SUBJECTS:", "    if not section.subject:", "", "rosters/selection.py", ROSTERS),
    Mutant("Rosters: ended sections are sent", "    return None if section.span.holds(day) else Reason.NOT_ACTIVE", "    return None", "", "rosters/selection.py", ROSTERS),
    Mutant("Rosters: other roles get rows", "if found.role is not Role.OTHER and found.holds(day)", "if found.holds(day)", "", "rosters/teachers.py", ROSTERS),
    Mutant("Rosters: e-mails differ by case", "sent.setdefault(found.email.casefold(), found)", "sent.setdefault(found.email, found)", "", "rosters/teachers.py", ROSTERS),
    Mutant("Rosters: 200 rows are too many", "> MOST_STUDENTS >= len(students)", "> MOST_STUDENTS > len(students)", "", "rosters/groups.py", ROSTERS),
    Mutant("Rosters: the section number is cut", "        course = course[more:]\n    if number > 1:", "        section = section[more:]\n    if number > 1:", "", "rosters/names.py", ROSTERS),
    Mutant("Rosters: names differ by accents", "not unicodedata.combining(letter)", "letter", "", "rosters/names.py", ROSTERS),
    Mutant("Rosters: the ledger is not asked", "        name = known.get((parts.section_id, parts.lead))", "        name = None", "", "rosters/names.py", ROSTERS),
    Mutant("Rosters: nothing is held", "return not self.first and self.share > HOLD", "return False", "", "rosters/difference.py", ROSTERS),
    Mutant("Rosters: bytes CERS knows are sent again", "        if digest not in digests or", "        if True or", "going_back", "rosters/preparing.py", SENDING),
    Mutant("Rosters: posted again without looking", "if file.post_begun_at else None", "if False else None", "died_after or faults_that_pass", "rosters/sending.py", SENDING),
    Mutant("Rosters: the right is not looked at before sending", "if not access.may_send(file.confirmed_by or file.run.job.requested_by, file.lea, file.school):", "if False:", "role_lost", "rosters/sending.py", SENDING),
    Mutant("Rosters: who decided does not count", "file.confirmed_by or file.run.job.requested_by", "file.run.job.requested_by", "decides", "rosters/sending.py", SENDING),
    Mutant("Rosters: passing failures end it", "    except Transient as failed:\n        _later(file, failed.words)\n", "", "faults_that_pass or away", "rosters/sending.py", SENDING),
    Mutant("Rosters: two send for one LEA", "    free = Q(busy_until__isnull=True) | Q(busy_until__lt=now) | Q(busy_token=token)", "    free = Q()", "only_one", "rosters/sending.py", SENDING),
    Mutant("Rosters: a file that clears does not empty the ledger", "            group.students, group.users = sorted(found.students), sorted(found.users)", "            group.students = sorted(found.students) or group.students", "stale", "rosters/ledger.py", SENDING),
    Mutant("Receiving end: one bad row does not matter", "            if not verdict.ok:\n", "            if False:\n", "", "rosters/cers/store.py", CERS),
    Mutant("Receiving end: the come-back test ignores case", "            if group in self._groups:", "            if (group[0], group[1].lower(), group[2]) in {(a, b.lower(), c) for a, b, c in self._groups}:", "", "rosters/cers/validation.py", CERS),
    Mutant("Receiving end: texts repeat", "        if text not in self._said:", "        if True:", "", "rosters/cers/validation.py", CERS),
    Mutant("Receiving end: 200 students are too many", "self._students > MOST_STUDENTS", "self._students >= MOST_STUDENTS", "", "rosters/cers/validation.py", CERS),
    # --- the rules of submission ---------------------------------------------------------------------------------
    rule("rules of names removed", "[*NAMES, *SENR, *SINF]", "[*SENR, *SINF]", "SINF", "enrollment"),
    rule("last rule of SENR removed", "[*NAMES, *SENR, *SINF]", "[*NAMES, *SENR[:-1], *SINF]", "SENR", "enrollment"),
    rule("SENRX04 a day earlier", "{enrollment_exit_date} > {in_30_days}", "{enrollment_exit_date} >= {in_30_days}", "SENR", "enrollment"),
    rule("SENR0632 whatever the exit date", " AND {enrollment_exit_date} > '2023-06-30'", "", "SENR", "enrollment"),
    rule("SENRX19 whatever the birth date", "AND o.birth_date = s.birth_date ", "", "SENR", "enrollment"),
    rule("SENR0027 counts deletions", "NOT IN ('X', 'D') AND ", "NOT IN ('X') AND ", "SENR", "enrollment"),
    rule("SINFX04 without the Zip Code", "{address_state_province_code:given} AND {address_line_1:given} = {address_zip_code:given})", "{address_state_province_code:given})", "SINF", "enrollment"),
    rule("SPRGX10 removed", "*SPRG, *STAS", "*SPRG[:-1], *STAS", "SPRG", "language_and_programs"),
    rule("SELA0285 takes the same day", "h.newest >= {", "h.newest > {", "SELA", "language_and_programs"),
    rule("SELA0285 whatever the status", "\"AND h.newest_status <> {english_language_acquisition_status_code})\"", "\")\"", "SELA", "language_and_programs"),
    rule("SPRGX02 of every program", "{{education_program_code}} = '{program}' AND ", "", "SPRG", "language_and_programs"),
    rule("SENR0630 wants Y", "{graduation_exemption_indicator:given} AND \" + _GRADUATE", "{graduation_exemption_indicator} = 'Y' AND \" + _GRADUATE", "SENR", "enrollment"),
    rule("SENR0022 without another exit reason", "        \"{school_completion_status:given} AND \"\n        + invalid(\n            (\"exit_reason_code\", ", "        \"{school_completion_status:given} AND {exit_reason_code} = 'E230' AND \"\n        + invalid(\n            (\"exit_reason_code\", ", "SENR", "enrollment"),
    rule("SENR0018 whenever a no-show exits", "{enrollment_exit_date} NOT IN ({enrollment_start_date}, \"\n        \"{enrollment_start_date:eve})", "{enrollment_exit_date} NOT IN ({enrollment_start_date}, \"\n        \"{enrollment_start_date})", "SENR", "enrollment"),
    rule("SENR0286E3 from the next day on", "m.ends < {enrollment_start_date:eve}", "m.ends < s.enrollment_start_date", "SENR", "enrollment"),
    rule("SENR0286E3 whatever lies between", "AND b.enrollment_start_date > m.starts AND b.enrollment_start_date < \"\n        \"s.enrollment_start_date))", "AND b.enrollment_start_date > m.starts AND 1 = 0))", "SENR", "enrollment"),
    rule("SENR0286E3 of any later exit", "{exit_reason_code} = 'E150' AND (SELECT", "(SELECT", "SENR", "enrollment"),
    rule("SENR0731F1 at three years", "{birth_date:text}, 5) > {", "{birth_date:text}, 5) >= {", "SENR", "enrollment"),
    rule("STAS0739 takes more than ten", "{attendance_recovery_days} > 10 OR ", "", "STAS", "language_and_programs"),
    rule("STAS0739 takes half days", " OR {attendance_recovery_days} <> CAST({attendance_recovery_days} AS integer)", "", "STAS", "language_and_programs"),
    rule("STAS0740E1 in any year", " AND o.academic_year_id = s.academic_year_id AND o.days > 10", " AND o.days > 10", "STAS", "language_and_programs"),
    rule("STAS0740E1 of who has none", "{attendance_recovery_days} > 0 AND EXISTS", "EXISTS", "STAS", "language_and_programs"),
    rule("SCTEX01 flipped", "{cte_pathway_completion_academic_year_id} <> {academic_year_id}", "{cte_pathway_completion_academic_year_id} = {academic_year_id}", "SCTE", "language_and_programs"),
    rule("rules of CRSC removed", "    *_courses(\"CRSC\"),\n", "", "CRSC", "staff_and_courses"),
    rule("SASS0119 takes less", "_percentage} > 200", "_percentage} >= 200", "SASS", "staff_and_courses"),
    rule("SASSX04 counts rejected records", "o.academic_year_id = s.academic_year_id AND o.state <> 'X' AND \"\n        \"o.job", "o.academic_year_id = s.academic_year_id AND \"\n        \"o.job", "SASS", "staff_and_courses"),
    rule("SDEMX06 by years alone", "THEN 1 ELSE 0 END", "THEN 0 ELSE 0 END", "SDEM", "staff_and_courses"),
    rule("CRSEX10 by another LEA's SDEM", "NOT EXISTS (SELECT 1 FROM ods_sdem d WHERE d.reporting_lea = s.reporting_lea \"\n            \"AND d.seid", "NOT EXISTS (SELECT 1 FROM ods_sdem d WHERE 1 = 1 \"\n            \"AND d.seid", "CRSE", "staff_and_courses"),
    rule("SCSCX01 in any term", "c.course_section_id = s.course_section_id AND \"\n            \"c.academic_term_code = s.academic_term_code)\"", "c.course_section_id = s.course_section_id)\"", "SCSC", "staff_and_courses"),
    rule("rules of weapons of SDIS removed", "    *_weapon(\"SDIS\", \"offense_code\"),\n", "", "SDIS", "incidents"),
    rule("SIRSX05 from ten days on", "_days} > 10 AND", "_days} >= 10 AND", "SIRS", "incidents"),
    rule("SOFFX03, SIRSX01 at any school", "i.reporting_lea = s.reporting_lea AND i.school_of_attendance = s.school_of_attendance AND \"", "i.reporting_lea = s.reporting_lea AND \"", "SOFF", "incidents"),
    rule("SIRSX01 of any LEA", "i.reporting_lea = s.reporting_lea AND i.school", "i.school", "SIRS", "incidents"),
    rule("SWAVX01 of every exemption", "{education_regulatory_exemption_code} = '3' AND ", "", "SWAV", "incidents"),
    rule("PSTSX09 removed", "    \"PSTS\": \"\",\n", "", "PSTS", "special_education"),
    rule("SERVX03 takes less", "{service_duration} < 10", "{service_duration} <= 10", "SERV", "special_education"),
    rule("PLAN0726 in any year", "{{academic_year_id}} >= '2025-2026' AND ", "", "PLAN", "special_education"),
    rule("PLAN0679E1 by another SELPA's services", "v.reporting_selpa = s.reporting_selpa AND ", "", "PLAN", "special_education"),
    rule("SELPA of any LEA", "AND l.code = \"\n        f\"s.reporting_lea AND", "\"\n        f\"AND", "SWDS", "special_education"),
    rule("SELPA in its year alone", "m.until >= {as_of}) OR \"", "m.until >= {as_of}) AND 1 = 0 OR \"", "SERV", "special_education"),
    rule("SELPA in any year", "CAST(m.until AS text) >= {year_first})))", "1 = 1)))", "PLAN", "special_education"),
    rule("PSTSX03 in any year", "o.academic_year_id = s.academic_year_id AND o.education", "o.education", "PSTS", "special_education"),
    rule("GERR0007 of a type removed", "        for record_type in RECORD_TYPES\n", "        for record_type in RECORD_TYPES\n        if record_type != \"SINC\"\n", "SINC", "codes"),
    rule("codes not in their first year", ">= '{first}'", "> '{first}'", "SOFF", "codes"),
    rule("codes not in their last year", "<= '{last}'", "< '{last}'", "SCTE", "codes"),
    rule("GERR0007 without an academic year", "{{academic_year_id:given}} AND (", "(", "SELA", "codes"),
    rule("combinations in any year", " AND {_in_years(years)})\"\n        for years, tuples", ")\"\n        for years, tuples", "SENR", "codes"),
    rule("SUBM0001 of a type removed", "_known(record_type) for record_type in STUDENTS", "_known(record_type) for record_type in STUDENTS[:-1]", "SOFF", "students_known"),
    rule("GERR0005 not on the enrolment's last day", "{{{day}}} AND (o.ends IS NULL OR o.ends >= {{{day}}})", "{{{day}}} AND (o.ends IS NULL OR o.ends > {{{day}}})", "SWDS", "students_known"),
    rule("GERR0005 whenever the enrolment ended", " AND (o.ends IS NULL OR CAST(o.ends AS text) >= {year_first})", "", "STAS", "students_known"),
    rule("GERR0005 of SWDS in summer too", "f\"{_SUMMER} OR ", "f\"", "SWDS", "students_known"),
    rule("GERR0005 of a status that is not enrolled", "\"{special_education_status_code} = '3' OR \"\n", "\"\"\n", "SWDS", "students_known"),
    rule("GERR0005 by a secondary enrolment", "_enrolled(_NOT_SECONDARY + _on(", "_enrolled(_on(", "SWDS", "students_known"),
    rule("GERR0005 of RFEP in summer", "f\"{{english_language_acquisition_status_code}} <> 'RFEP' AND {_SUMMER_STATUS})\"", "f\"{_SUMMER_STATUS})\"", "SELA", "students_known"),
    rule("GERR0005 at any school", "_AT_SCHOOL = \"o.school = s.school_of_attendance AND \"", "_AT_SCHOOL = \"\"", "SPRG", "students_known"),
    rule("GERR0005 whenever participation ends", " AND ({{{end}}} IS NULL OR {_enrolled(_AT_SCHOOL + _on(end))})", "", "SPRG", "students_known"),
    rule("GERR0005 of eligibility past the exit", " AND ({{{end}}} IS NULL OR o.ends IS NULL OR {{{end}}} <= o.ends)", "", "SPRG", "students_known"),
    rule("GERR0005 of programs that may be either", "{participates} AND NOT {may_be_eligible}", "{participates}", "SPRG", "students_known"),
    rule("GERR0005 of records that end before the enrolment", "OR o.starts <= {{{end}}})", "OR 1 = 1)", "SPRG", "students_known"),
    Mutant("Review: unsound fields are asked", "{where} AND ({sound})", "{where}", "held", "ods/posting/looking.py", RULES),
    Mutant("Review: rejected records are not looked at", "sound += f\" OR NOT EXISTS", "sound += f\" OR 1 = 0 AND NOT EXISTS", "held", "ods/posting/looking.py", RULES),
    Mutant("Review: a deletion of nothing is held", "SELECT line, '' FROM {STAGE} WHERE state = 'D'", "SELECT line, '' FROM {STAGE} WHERE 1 = 0", "held", "ods/posting/looking.py", RULES),
)  # fmt: skip
