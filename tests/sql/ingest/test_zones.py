"""When zones put their clocks back."""

from keepwell.sql.ingest.zones import folds


def test_berlin_has_gone_back_an_hour_at_night_in_autumn() -> None:
    found = folds("Europe/Berlin")
    assert found.hours == (2,)
    assert set(found.months) <= {9, 10}
    assert found.minutes == (60,)


def test_a_zone_that_never_does_has_no_folds() -> None:
    assert folds("UTC").months == ()


def test_lord_howe_goes_back_by_half_an_hour() -> None:
    assert 30 in folds("Australia/Lord_Howe").minutes
