"""The checker: every rule has a file that breaks it and nothing else."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sirtak.errors import MidiFileError
from sirtak.export.check import RULES, check_bytes, check_file
from sirtak.export.recipe import read_recipe
from sirtak.export.smf import encode
from sirtak.notes import Arrangement, Controls, Notes, Track

NAME = b"\x00\xff\x03\x01A"
MAPS = (
    b"\x00\xff\x03\x01T\x00\xff\x58\x04\x04\x02\x18\x08\x00\xff\x51\x03\x07\xa1\x20\x00\xff\x59\x02\x00\x00"
)
SETUP = b"".join(
    bytes([delta]) + rest
    for tick in (0, 1)
    for delta, rest in zip(
        (tick, 0, 0, 0, 0),
        (b"\xb0\x00\x00", b"\xb0\x20\x00", b"\xc0\x00", b"\xb0\x07\x64", b"\xb0\x0a\x40"),
        strict=True,
    )
)
NOTE = b"\x00\x90\x3c\x40\x60\x80\x3c\x40"  # from tick 1 to tick 97
END = b"\x9d\x1f\xff\x2f\x00"  # 3743 ticks later: the bar line at 3840
CONDUCTOR_END = b"\x9e\x00\xff\x2f\x00"


def chunk(body):
    return b"MTrk" + struct.pack(">I", len(body)) + body


def header(tracks=2, kind=1, division=960):
    return b"MThd" + struct.pack(">IHHH", 6, kind, tracks, division)


def file(conductor=MAPS + CONDUCTOR_END, part=NAME + SETUP + NOTE + END, head=None, tail=b""):
    return (head or header()) + chunk(conductor) + chunk(part) + tail


def test_the_file_that_the_others_are_made_from_is_clean():
    assert check_bytes(file()) == []


BROKEN = {
    "header type": ("header", file(head=header(kind=0))),
    "header count": ("header", file(head=header(tracks=3))),
    "header division": ("header", file(head=header(division=96))),
    "smpte": ("header", file(head=header(division=0xE728))),
    "left over": ("chunks", file(tail=b"xyz")),
    "alien chunk": ("chunks", file(tail=b"XFIH\x00\x00\x00\x01a")),
    "truncated": ("length", file()[:-3]),
    "broken event": ("length", file(part=NAME + SETUP + b"\x00\x90\x3c")),
    "long number": (
        "varlen",
        file(part=NAME + SETUP + b"\x80\x80\x80\x80\x00\x90\x3c\x40\x60\x80\x3c\x40" + END),
    ),
    "padded number": ("varlen", file(part=NAME + SETUP + b"\x80\x00\x90\x3c\x40\x60\x80\x3c\x40" + END)),
    "running status": (
        "running-status",
        file(part=NAME + SETUP + NOTE + b"\x00\x90\x3c\x40\x10\x3c\x00" + END),
    ),
    "data byte": ("data", file(part=NAME + SETUP + b"\x00\xb0\x01\x80" + NOTE + END)),
    "no end": ("end", file(part=NAME + SETUP + NOTE)),
    "after the end": ("end", file(part=NAME + SETUP + NOTE + END + b"\x00")),
    "ends early": ("end", file(part=NAME + SETUP + NOTE + b"\x00\xff\x2f\x00")),
    "no bar line": ("end", file(MAPS + b"\x10\xff\x2f\x00", NAME + b"\x10\xff\x2f\x00")),
    "long meta event": ("meta", file(part=NAME + b"\x00\xff\x01\x81\x00" + b"x" * 128 + SETUP + NOTE + END)),
    "channel event in track 0": ("conductor", file(conductor=MAPS + b"\x00\xb0\x07\x40" + CONDUCTOR_END)),
    "text in track 0": ("conductor", file(conductor=MAPS + b"\x00\xff\x01\x01x" + CONDUCTOR_END)),
    "tempo elsewhere": ("conductor", file(part=NAME + b"\x00\xff\x51\x03\x07\xa1\x20" + SETUP + NOTE + END)),
    "no key": ("maps", file(conductor=MAPS[:-6] + CONDUCTOR_END)),
    "tempo 0": ("maps", file(conductor=MAPS.replace(b"\x07\xa1\x20", b"\0\0\0") + CONDUCTOR_END)),
    "key 15": ("maps", file(conductor=MAPS[:-2] + b"\x0f\x00" + CONDUCTOR_END)),
    "empty marker": ("maps", file(conductor=MAPS + b"\x00\xff\x06\x00" + CONDUCTOR_END)),
    "meter inside a bar": (
        "maps",
        file(MAPS + b"\x10\xff\x58\x04\x04\x02\x18\x08" + b"\x9d\x70\xff\x2f\x00"),
    ),
    "no name": ("names", file(part=SETUP + NOTE + END)),
    "same names": ("names", file(part=NAME.replace(b"A", b"T") + SETUP + NOTE + END)),
    "latin-1 name": ("names", file(part=NAME.replace(b"A", b"\xfc") + SETUP + NOTE + END)),
    "two channels": ("channels", file(part=NAME + SETUP + b"\x00\xb1\x01\x01" + NOTE + END)),
    "hanging": ("notes", file(part=NAME + SETUP + b"\x00\x90\x3c\x40\x60\x80\x3d\x40" + END)),
    "never ends": ("notes", file(part=NAME + SETUP + NOTE + b"\x00\x90\x3e\x40" + END)),
    "velocity 0": ("notes", file(part=NAME + SETUP + b"\x00\x90\x3c\x40\x60\x90\x3c\x00" + END)),
    "zero length": ("notes", file(part=NAME + SETUP + NOTE + b"\x00\x90\x3e\x40\x00\x80\x3e\x40" + END)),
    "twice at once": (
        "notes",
        file(part=NAME + SETUP + b"\x00\x90\x3c\x40\x10\x90\x3c\x40\x50\x80\x3c\x40" + END),
    ),
    "wrong order": (
        "order",
        file(part=NAME + SETUP + b"\x00\x90\x3c\x40\x00\xb0\x01\x01\x60\x80\x3c\x40" + END),
    ),
    "no program": ("setup", file(part=NAME + SETUP.replace(b"\x00\xc0\x00", b"", 1) + NOTE + END)),
    "set up once": ("setup", file(part=NAME + SETUP[:19] + b"\x01\x90\x3c\x40\x60\x80\x3c\x40" + END)),
    "rpn heaped": ("setup", file(part=NAME + SETUP + b"\x00\xb0\x65\x00\x00\xb0\x64\x00" + NOTE + END)),
    "bend left": ("bends", file(part=NAME + SETUP + b"\x00\xe0\x00\x41" + NOTE + END)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_finds_its_broken_file(name):
    rule, data = BROKEN[name]
    assert rule in {finding.rule for finding in check_bytes(data)}


def test_every_rule_has_a_broken_file():
    assert {rule for rule, _ in BROKEN.values()} == set(RULES)


def test_utf8_names_are_findings_only_where_ascii_is_wanted():
    data = file(part=b"\x00\xff\x03\x02\xd2\x9a" + SETUP + NOTE + END)
    assert check_bytes(data) == []
    assert [finding.rule for finding in check_bytes(data, utf8_names=False)] == ["names"]


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_checker_raise(data):
    assert check_bytes(data)
    check_bytes(b"MThd" + data)
    with pytest.raises(MidiFileError):
        read_recipe(data)


PIECE = encode(
    Arrangement(
        (Track("a", Notes.of([0, 960], 480, 60), controls=Controls.bend([0, 10], [5, 0])),),
        length=3840,
        recipe='name = "x"\n',
    )
)


@settings(max_examples=300)
@given(st.integers(0, len(PIECE) - 1), st.integers(0, 255), st.integers(0, len(PIECE)))
def test_damaged_files_are_told_or_survived(place, byte, cut):
    damaged = bytearray(PIECE)
    damaged[place] = byte
    check_bytes(bytes(damaged))
    if cut < len(PIECE):
        assert check_bytes(PIECE[:cut])


def test_files_that_cannot_be_opened(tmp_path):
    for path in (tmp_path, tmp_path / "none.mid"):
        with pytest.raises(MidiFileError):
            check_file(path)
