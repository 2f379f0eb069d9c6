"""The crop frame stays inside the picture and within what the network can judge, whatever the hand does."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from kndnet_desktop.ui.frame import MAX_ASPECT, MIN_SIDE, MOVE, dragged, grip_at, grips, start_frame

sides = st.floats(64, 6000)
moves = st.floats(-10_000, 10_000)


@given(sides, sides, st.lists(st.tuples(st.integers(0, 8), moves, moves), max_size=8))
def test_any_drag_leaves_a_usable_frame(width: float, height: float, drags: list[tuple[int, float, float]]) -> None:
    bounds = QRectF(0, 0, width, height)
    frame = start_frame(bounds)
    handles = [*(grip for grip, _ in grips(frame)), MOVE]
    for index, x, y in drags:
        frame = dragged(frame, handles[index], QPointF(x, y), bounds)
        assert bounds.adjusted(-0.01, -0.01, 0.01, 0.01).contains(frame)
        assert min(frame.width(), frame.height()) >= MIN_SIDE - 0.01
        assert 1 / MAX_ASPECT - 0.01 <= frame.width() / frame.height() <= MAX_ASPECT + 0.01


def test_a_pointer_takes_hold_of_handles_before_the_frame() -> None:
    frame = QRectF(100, 100, 200, 150)
    for grip, place in grips(frame):
        assert grip_at(frame, place + QPointF(4, -4), 8) == grip
    assert grip_at(frame, frame.center(), 8) == MOVE
    assert grip_at(frame, QPointF(10, 10), 8) is None


def test_moving_keeps_the_size_and_stops_at_the_edge() -> None:
    bounds = QRectF(0, 0, 600, 450)
    frame = dragged(QRectF(100, 100, 200, 150), MOVE, QPointF(-500, 40), bounds)
    assert frame == QRectF(0, 140, 200, 150)
