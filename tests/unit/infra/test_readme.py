"""The README's copied tables."""

from infra import readme


def test_a_table_is_written_between_its_marks_and_nothing_else_changes(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "bench.md").write_text("# Measured\n\nnumbers\n\n## More\n\nhidden\n", encoding="utf-8")
    before = "# A\n<!-- settings -->\nold\n<!-- /settings -->\nkept\n<!-- bench -->\n<!-- /bench -->\n"
    (tmp_path / "README.md").write_text(before, encoding="utf-8")
    readme.refresh(tmp_path)
    readme.refresh(tmp_path)
    after = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "\nold\n" not in after
    assert "| `STAGE` | `local` |" in after
    assert after.endswith("kept\n<!-- bench -->\nnumbers\n<!-- /bench -->\n")
