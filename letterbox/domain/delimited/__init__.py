"""CSV as it comes from other programs: encodings, separators, broken quotes, what Excel leaves in its cells."""

from letterbox.domain.delimited.encodings import decoded_lines, is_readable
from letterbox.domain.delimited.records import Record, records
from letterbox.domain.delimited.residue import fault_of, plain_cell

__all__ = ["Record", "decoded_lines", "fault_of", "is_readable", "plain_cell", "records"]
