"""Figures: each cell, line and label stands where it belongs, whatever characters the tokens are made of."""

import subprocess
import sys
import warnings

import matplotlib
import numpy as np
import pytest
import torch
from matplotlib import font_manager, pyplot
from matplotlib.cbook import is_math_text

from tutor_nmt.visualization import CJK_FONTS, plot_attention, plot_history, plot_lengths

matplotlib.use("Agg")  # draws into memory, on a machine without a screen too

SOURCE = ["▁Ein", "▁Hund", "▁läuft", ".", "<eos>"]
TARGET = ["▁A", "▁dog", "▁runs"]


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    pyplot.close("all")


@pytest.fixture(autouse=True)
def nothing_is_shown(monkeypatch):
    monkeypatch.setattr(pyplot, "show", lambda *args, **kwargs: pytest.fail("show was called"))


def one_cell(row: int, column: int) -> np.ndarray:
    """Attention that is 1 in one cell; other rows look evenly at everything, so that every row sums to one."""
    weights = np.full((len(TARGET), len(SOURCE)), 1 / len(SOURCE))
    weights[row] = 0
    weights[row, column] = 1
    return weights


def labels(axis) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


def drawn_cells(ax) -> np.ndarray:
    """The brightness (rows, columns) of what is seen in the middle of each cell."""
    ax.figure.canvas.draw()
    image = np.asarray(ax.figure.canvas.buffer_rgba())[::-1, :, :3].sum(-1)  # matplotlib counts pixels from the bottom
    centres = [[ax.transData.transform((c, r)) for c in ax.get_xticks()] for r in ax.get_yticks()]
    return np.array([[image[int(y), int(x)] for x, y in row] for row in centres])


# --- attention ---


def test_a_heat_map_comes_back_as_axes_with_the_tokens_at_its_sides():
    ax = plot_attention(one_cell(0, 0), SOURCE, TARGET)
    assert isinstance(ax, matplotlib.axes.Axes)
    assert labels(ax.xaxis) == SOURCE and labels(ax.yaxis) == TARGET
    assert list(ax.get_xticks()) == [0, 1, 2, 3, 4] and list(ax.get_yticks()) == [0, 1, 2]
    assert "source" in ax.get_xlabel() and "target" in ax.get_ylabel()


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 4), (2, 0), (1, 3)])
def test_the_dark_cell_stands_where_the_target_token_looked(row, column):
    ax = plot_attention(one_cell(row, column), SOURCE, TARGET)
    brightness = drawn_cells(ax)
    assert np.argwhere(brightness == brightness.min()).tolist() == [[row, column]]


def test_the_first_target_token_stands_at_the_top_and_the_first_source_token_on_the_left():
    ax = plot_attention(one_cell(0, 0), SOURCE, TARGET)
    ax.figure.canvas.draw()
    first, last = ax.transData.transform([(0, 0), (len(SOURCE) - 1, len(TARGET) - 1)])
    assert first[0] < last[0] and first[1] > last[1]  # pixels are counted from the bottom left


def test_a_colour_means_the_same_weight_in_every_figure():
    faint = plot_attention(np.full((3, 5), 0.2), SOURCE, TARGET)
    strong = plot_attention(one_cell(1, 1), SOURCE, TARGET)
    assert faint.images[0].get_clim() == strong.images[0].get_clim() == (0, 1)


@pytest.mark.parametrize("shape", [(5, 3), (3, 4), (4, 5), (15,), (1, 3, 5)])
def test_weights_of_another_shape_are_refused_and_the_remedy_is_named(shape):
    with pytest.raises(ValueError, match="rows are target tokens, columns source tokens"):
        plot_attention(np.zeros(shape), SOURCE, TARGET)


@pytest.mark.parametrize("wrong", [-0.25, 1.5, float("nan"), float("inf")])
def test_numbers_that_are_no_weights_are_refused_by_name(wrong):
    weights = one_cell(0, 0)
    weights[1, 2] = wrong
    with pytest.raises(ValueError, match=f"{wrong:g} is no attention weight.* after the softmax"):
        plot_attention(weights, SOURCE, TARGET)


def test_a_sentence_without_tokens_is_refused():
    for source, target in ((SOURCE, []), ([], TARGET), ([], [])):
        with pytest.raises(ValueError, match="at least one source and one target token"):
            plot_attention(np.zeros((len(target), len(source))), source, target)


def test_a_given_axes_is_drawn_into_and_no_figure_is_opened():
    figure, (left, right) = pyplot.subplots(1, 2)
    assert plot_attention(one_cell(0, 0), SOURCE, TARGET, ax=right) is right
    assert right.images and not left.images
    assert pyplot.get_fignums() == [figure.number]


@pytest.mark.parametrize(
    "convert",
    [
        torch.tensor,
        lambda weights: torch.tensor(weights, dtype=torch.bfloat16),
        lambda weights: torch.tensor(weights, dtype=torch.float32, requires_grad=True),
        lambda weights: weights.tolist(),
    ],
    ids=["float64", "bf16", "with a gradient", "lists"],
)
def test_tensors_and_lists_are_drawn_like_arrays(convert):
    weights = one_cell(1, 3)
    ax = plot_attention(convert(weights), SOURCE, TARGET)
    assert np.asarray(ax.images[0].get_array()) == pytest.approx(weights, abs=2**-8)


def test_signs_that_matplotlib_would_read_as_a_formula_stay_signs():
    odd = ["$", "a$b$c", "<unk>", "x_1^2", "\\frac", "%", ""]
    ax = plot_attention(np.eye(7), odd, odd)
    ax.figure.canvas.draw()  # a broken formula raises here
    for axis in (ax.xaxis, ax.yaxis):
        assert not any(is_math_text(label) for label in labels(axis))
        *shown, last = [label.replace(r"\$", "$") for label in labels(axis)]
        assert shown == odd[:6]
        assert last.strip()  # an empty token is still to be seen


def test_a_sentence_of_one_token_can_be_drawn():
    ax = plot_attention([[1.0]], ["<eos>"], ["▁Yes"])
    ax.figure.canvas.draw()
    assert labels(ax.yaxis) == ["▁Yes"]


# --- Chinese labels ---

CHINESE = ["▁我", "喜欢", "，", "！"]


@pytest.fixture
def only_font(monkeypatch):
    """Make matplotlib believe that these fonts alone are installed, beside its own."""

    def install(*names: str) -> None:
        own = [font for font in font_manager.fontManager.ttflist if font.name.startswith("DejaVu")]
        more = [font_manager.FontEntry(fname=f"/nowhere/{name}.ttf", name=name) for name in names]
        monkeypatch.setattr(font_manager.fontManager, "ttflist", own + more)

    return install


@pytest.mark.parametrize("installed", CJK_FONTS)
def test_chinese_labels_are_set_in_an_installed_font_that_has_them(only_font, installed):
    only_font("Some Latin Font", installed)
    ax = plot_attention(np.eye(4), CHINESE, CHINESE)
    for label in [*ax.get_xticklabels(), *ax.get_yticklabels()]:
        assert label.get_fontfamily()[0] == installed


@pytest.mark.parametrize("tokens", [CHINESE, ["我"], ["，"], ["！"], ["。"], ["𠮷"], ["a", "鎌"]])
def test_without_such_a_font_the_remedy_is_named_in_place_of_boxes(only_font, tokens):
    only_font("Some Latin Font")
    latin = ["x"] * len(tokens)
    for sides in ((tokens, latin), (latin, tokens)):
        with pytest.raises(ValueError, match="install one, such as Noto Sans CJK SC"):
            plot_attention(np.eye(len(tokens)), *sides)
    assert pyplot.get_fignums() == []  # no half-drawn figure is left open


def test_other_labels_need_no_chinese_font(only_font):
    only_font()
    tokens = ["▁Größe", "„naïve“", "Çà", "…", "кот", "γάτα", "€"]
    ax = plot_attention(np.eye(7), tokens, tokens)
    ax.figure.canvas.draw()  # a missing glyph would warn, and warnings are errors here
    assert ax.get_xticklabels()[0].get_fontfamily() == ["sans-serif"]


def font_with(characters: str, name: str, path) -> None:
    """Write a font in which each of some characters is a black square, and which has no other."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((0, 0)), pen.lineTo((0, 700)), pen.lineTo((700, 700)), pen.lineTo((700, 0)), pen.closePath()
    square = pen.glyph()
    glyphs = [".notdef", *(f"glyph{number}" for number in range(len(characters)))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap(dict(zip(map(ord, characters), glyphs[1:], strict=True)))
    builder.setupGlyf(dict.fromkeys(glyphs, square))
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (800, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name.replace(" ", "")})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost()
    builder.save(path)


def test_pieces_that_mix_chinese_and_signs_the_font_lacks_are_drawn_without_a_warning(monkeypatch, tmp_path):
    manager = font_manager.fontManager
    monkeypatch.setattr(manager, "ttflist", [font for font in manager.ttflist if font.name.startswith("DejaVu")])
    font_with("我喜欢，！", CJK_FONTS[0], tmp_path / "font.ttf")  # no "▁", no "<"
    manager.addfont(tmp_path / "font.ttf")
    tokens = [*CHINESE, "<eos>", "▁Größe"]
    ax = plot_attention(np.eye(6), tokens, tokens)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax.figure.canvas.draw()


# --- history ---

LOSSES = {"training": [3.1, 2.2, 1.9, 1.7], "validation": [2.9, 2.25, 2.4, 2.6]}


def test_each_column_is_a_line_over_the_epochs_counted_from_one():
    ax = plot_history(LOSSES)
    assert [line.get_label() for line in ax.lines] == list(LOSSES)
    for line, values in zip(ax.lines, LOSSES.values(), strict=True):
        assert list(line.get_xdata()) == [1, 2, 3, 4]
        assert list(line.get_ydata()) == values
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(LOSSES)
    assert ax.get_xlabel() == "epoch" and ax.get_ylabel() == "loss (nats a token)"


def test_lines_are_told_apart_without_their_colours():
    ax = plot_history({str(number): [number, 1] for number in range(4)})
    assert len({line.get_marker() for line in ax.lines}) == 4
    assert len({line.get_color() for line in ax.lines}) == 4


@pytest.mark.parametrize(
    ("columns", "ylabel", "place", "text"),
    [
        (LOSSES, "loss (nats a token)", (2, 2.25), "2.25"),
        ({"BLEU": [11.0, 30.125, 34.5, 33.0]}, "BLEU", (3, 34.5), "34.50"),
        ({"BLEU": [30.0, 30.0]}, "validation BLEU", (1, 30.0), "30.00"),
        ({"loss": [1.5]}, "loss", (1, 1.5), "1.50"),
    ],
    ids=["the lowest loss", "the highest score", "the first of equals", "a single epoch"],
)
def test_the_best_epoch_is_marked(columns, ylabel, place, text):
    ax = plot_history(columns, ylabel)
    (note,) = ax.texts
    assert note.xy == place and note.get_text() == text


def test_epochs_are_whole_numbers_on_the_axis():
    ax = plot_history({"loss": [2.0, 1.0]}, "loss")
    ax.figure.canvas.draw()
    assert all(tick == round(tick) for tick in ax.get_xticks())


@pytest.mark.parametrize("columns", [{}, {"training": []}, {"training": [1.0], "validation": []}])
def test_a_history_without_epochs_is_refused(columns):
    with pytest.raises(ValueError, match="nothing to plot"):
        plot_history(columns)
    assert pyplot.get_fignums() == []


def test_more_lines_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="5 lines .* plot 4 at most"):
        plot_history({str(number): [1.0] for number in range(5)})


def test_a_history_is_drawn_into_a_given_axes():
    _, (left, right) = pyplot.subplots(1, 2)
    assert plot_history(LOSSES, ax=left) is left
    assert left.lines and not right.lines


def test_runs_of_several_seeds_become_their_mean_and_a_band_over_their_range():
    ax = plot_history({"training": [3.0, 2.0], "validation": [[4.0, 1.0], [5.0, 3.0], [6.0, 2.0]]})
    assert list(ax.lines[0].get_ydata()) == [3, 2]
    assert list(ax.lines[1].get_ydata()) == [5, 2]
    assert bands(ax) == [{(1, 4), (1, 6), (2, 1), (2, 3)}]
    assert ax.texts[0].xy == (2, 2) and ax.texts[0].get_text() == "2.00"


def test_runs_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="equally many epochs"):
        plot_history({"validation": [[4.0, 1.0], [5.0]]})


# --- scores by length ---

BY_LENGTH = {"with attention": {10: 39.0, 5: 41.0, 40: 35.5}, "without": {5: 40.5, 10: [28.0, 31.0], 40: [6.0, 8.0]}}
NAMED = {"one": {"9-16": 30.0, "1-8": 40.0}, "two": {"1-8": 20.0, "9-16": 10.0}}


def bands(ax) -> list[set[tuple[float, float]]]:
    """The corners of each shaded band."""
    return [{tuple(corner) for corner in band.get_paths()[0].vertices.tolist()} for band in ax.collections]


def test_each_system_is_a_line_over_the_lengths_in_their_order():
    ax = plot_lengths(BY_LENGTH)
    assert [line.get_label() for line in ax.lines] == list(BY_LENGTH)
    assert [list(line.get_xdata()) for line in ax.lines] == [[5, 10, 40]] * 2
    assert [list(line.get_ydata()) for line in ax.lines] == [[41, 39, 35.5], [40.5, 29.5, 7]]
    assert labels(ax.xaxis) == ["5", "10", "40"]
    assert ax.get_ylabel() == "BLEU" and "length" in ax.get_xlabel()


def test_seeds_become_a_band_and_a_single_score_none():
    assert bands(plot_lengths(BY_LENGTH)) == [{(5, 40.5), (10, 28), (10, 31), (40, 6), (40, 8)}]
    assert bands(plot_lengths(NAMED)) == []


def test_groups_with_names_keep_the_order_of_the_first_system():
    ax = plot_lengths(NAMED, "chrF", longest_trained="9-16")
    assert labels(ax.xaxis) == ["9-16", "1-8"]
    assert [list(line.get_ydata()) for line in ax.lines[:2]] == [[30, 40], [10, 20]]
    assert set(ax.lines[2].get_xdata()) == {0.5}  # after the group that it names
    assert ax.get_ylabel() == "chrF"


def test_the_longest_length_of_training_is_a_line_that_the_legend_explains():
    ax = plot_lengths(BY_LENGTH, longest_trained=12)
    assert set(ax.lines[2].get_xdata()) == {12}
    assert [text.get_text() for text in ax.get_legend().get_texts()][-1] == "longest seen in training"


@pytest.mark.parametrize(
    ("columns", "longest", "message"),
    [
        ({}, None, "nothing to plot"),
        ({"a": {}}, None, "nothing to plot"),
        ({"a": {5: []}}, None, "nothing to plot"),
        ({"a": {5: 1.0}, "b": {6: 1.0}}, None, "same groups"),
        ({str(n): {5: 1.0} for n in range(5)}, None, "5 lines .* plot 4 at most"),
        (NAMED, "17-24", "no group is called '17-24'"),
    ],
    ids=["no system", "no group", "no seed", "other groups", "five lines", "unknown group"],
)
def test_scores_by_length_that_cannot_be_drawn_are_refused(columns, longest, message):
    with pytest.raises(ValueError, match=message):
        plot_lengths(columns, longest_trained=longest)
    assert pyplot.get_fignums() == []


def test_scores_by_length_are_drawn_into_a_given_axes():
    _, (left, right) = pyplot.subplots(1, 2)
    assert plot_lengths(NAMED, ax=right) is right
    assert right.lines and not left.lines


# --- manners ---


def test_importing_the_room_does_not_start_pyplot():
    program = "import sys, tutor_nmt.visualization; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_figures_have_a_light_ground_of_their_own_for_dark_pages():
    for ax in (plot_attention(one_cell(0, 0), SOURCE, TARGET), plot_history(LOSSES), plot_lengths(NAMED)):
        assert ax.figure.get_facecolor() == (1, 1, 1, 1)
