from xml.etree import ElementTree

import pytest

from scripts.generate import building_map, palette, png, svg
from scripts.generate.maps import words
from scripts.generate.shapes import Circle, Glow, Line, Picture, Polygon, Sheet, Text, box

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("building", "terrain", "city", "monster")


@pytest.fixture(scope="module")
def morgue(known):
    return known["building"].make("morgue", 7)


def texts(sheet):
    return [shape.text for shape in sheet.shapes if isinstance(shape, Text)]


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_is_drawn_as_well_formed_svg_and_the_same_twice(known, name):
    generator = known[name]
    for kind in generator.kinds:
        made = generator.make(kind, 3)
        document = svg.write(generator.draw(made))
        root = ElementTree.fromstring(document)
        assert root.tag == f"{SVG}svg" and len(root) > 20
        assert document == svg.write(generator.draw(generator.make(kind, 3)))


@pytest.mark.parametrize("name", NAMES)
def test_a_brief_drawing_is_a_picture_with_something_on_it(known, name):
    generator = known[name]
    sheet = generator.draw(generator.make(generator.kinds[0], 3), brief=True)
    image = png.render(sheet)
    assert image.size == (sheet.width, sheet.height)
    assert len(image.getcolors(maxcolors=10**6)) > 100


def test_a_building_names_its_rooms_keys_and_doors(morgue, known):
    shown = texts(known["building"].draw(morgue))
    for space in morgue.spaces:
        assert words(space.kind) in shown
    for opening in morgue.openings:
        assert words(opening.kind) in shown
    assert [text for text in shown if text.startswith("key k")] and len(morgue.keys) == len(
        [text for text in shown if text.startswith("key k")]
    )


def test_lock_and_key_have_one_colour_of_their_own(morgue, known):
    sheet = known["building"].draw(morgue)
    for i, _ in enumerate(morgue.keys):
        colour = palette.lock(i)
        rings = [s for s in sheet.shapes if isinstance(s, Circle) and s.stroke == colour]
        blocks = [s for s in sheet.shapes if isinstance(s, Polygon) and s.fill == colour]
        assert rings and blocks


def test_every_space_prop_and_spawn_of_a_building_lies_on_the_paper(morgue, known):
    sheet = known["building"].draw(morgue)
    floors = [s for s in sheet.shapes if isinstance(s, Polygon)]
    assert len(floors) >= len(morgue.spaces) + len(morgue.props)
    assert all(-60 <= x <= sheet.width + 60 and -60 <= y <= sheet.height + 60 for s in floors for x, y in s.points)


def test_a_room_is_found_by_id_and_by_kind_and_is_the_goal_unless_asked(morgue):
    goal = next(space for space in morgue.spaces if space.id == morgue.goal)
    assert f"The {words(goal.kind)}" in texts(building_map.room(morgue))
    first = morgue.spaces[0]
    assert building_map.room(morgue, first.id) == building_map.room(morgue, first.kind)
    with pytest.raises(ValueError, match="no room 'ballroom'; there are r1"):
        building_map.room(morgue, "ballroom")


def test_north_is_up_and_the_scale_bar_is_as_long_as_it_says(morgue, known):
    sheet = known["building"].draw(morgue)
    label = next(text for text in texts(sheet) if text.endswith(" m") and text[:-2].isdigit())
    metres = int(label[:-2])
    bars = [s for s in sheet.shapes if isinstance(s, Polygon) and len(s.points) == 4 and s.stroke == palette.PAPER]
    bars = [s for s in bars if s.width == 0.8]
    length = max(x for s in bars for x, _ in s.points) - min(x for s in bars for x, _ in s.points)
    outline = next(s for s in sheet.shapes if isinstance(s, Polygon) and s.fill == palette.WALL)
    width = max(x for x, _ in outline.points) - min(x for x, _ in outline.points)
    assert length / width == pytest.approx(metres * 100 / morgue.width_cm)


def test_both_writers_know_every_shape():
    sheet = Sheet(
        60,
        40,
        (0, 0, 0),
        (
            Polygon(box(5, 5, 10, 10), (255, 0, 0), (0, 255, 0), 1, 0.5),
            Line(((0, 0), (50, 30)), (0, 0, 255), 2, 0.5),
            Line(((0, 30), (50, 0)), (255, 255, 255), 2, dash=4),
            Circle((30, 20), 8, None, (255, 255, 0)),
            Glow((45, 25), 12, (255, 128, 0), 1.0),
            Text((20, 35), "<a & b>", 8, (255, 255, 255), halo=(0, 0, 0), bold=True),
            Picture((50, 30), 10, 10, 1, 1, bytes((7, 200, 9))),
        ),
    )
    image = png.render(sheet)
    assert image.getpixel((10, 10)) == pytest.approx((128, 0, 0), abs=6)
    assert image.getpixel((56, 36)) == pytest.approx((7, 200, 9), abs=6)
    assert image.getpixel((45, 25))[0] > 200 > image.getpixel((45, 14))[0]
    root = ElementTree.fromstring(svg.write(sheet))
    tags = [element.tag.removeprefix(SVG) for element in root]
    assert tags == ["defs", "rect", "polygon", "polyline", "polyline", "circle", "circle", "text", "image"]
    assert root.find(f"{SVG}text").text == "<a & b>"
