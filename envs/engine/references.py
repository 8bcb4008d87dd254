"""Tuples of arrays by reference: compiled rules read a table in memory instead of hundreds of arguments.

A driver that takes a nested tuple of a hundred arrays unpacks every one of them at each call, and every rule
has seven machine arguments for each; a `Reference` is one address. `Block` writes the addresses, lengths and
numbers of such a tuple into memory once; compiled code looks a field up when it uses it. `row` is one world
of arrays [W, ...], without a copy. In plain Python and on a GPU tuples stay tuples.

The table has one 8-byte word for a number, and 1 + axes for an array: its address and its lengths. All arrays
are C-contiguous. Nothing in a table ever changes, which the compiler is told (`invariant.load`): it need not
look again after it wrote into an array.
"""

import hashlib
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import populate_array

WORD = 8  # bytes


class Reference(types.Type):
    """The type of a tuple by reference."""

    def __init__(self, fields: Any):
        self.fields = fields
        super().__init__(f"Reference({_short(fields)})")


class Row(types.Type):
    """The type of one world of a tuple of arrays [W, ...] by reference."""

    def __init__(self, fields: Any):
        self.fields = fields
        super().__init__(f"Row({_short(fields)})")


def _is_tuple(kind: Any) -> bool:
    """Whether a type is that of a named tuple; Numba's stubs do not know its fields."""
    return isinstance(kind, types.BaseNamedTuple)


def _short(fields: Any) -> str:
    """A short name, since those of compiled functions contain their arguments'. Equal names are one type."""
    return f"{fields.instance_class.__name__} {hashlib.sha256(_described(fields).encode()).hexdigest()[:12]}"


def _described(kind: Any) -> str:
    """A type in full: tuples of the same types differ in their names."""
    if not _is_tuple(kind):
        return str(kind)
    parts = zip(kind.fields, kind.types, strict=True)
    named = ", ".join(f"{name}: {_described(part)}" for name, part in parts)
    return f"{kind.instance_class.__module__}.{kind.instance_class.__qualname__}({named})"


class Block:
    """A nested named tuple of C-contiguous arrays and numbers, written into memory for compiled code."""

    def __init__(self, values: Any):
        self.values = values  # keeps the arrays alive
        self._words = np.array(_words(values), np.uint64)
        self.address = self._words.ctypes.data


def _words(value: Any) -> list[int]:
    if isinstance(value, tuple):
        assert hasattr(value, "_fields"), "tuples by reference have names"
        return [word for part in value for word in _words(part)]
    if isinstance(value, np.ndarray):
        assert value.flags.c_contiguous, "arrays by reference are C-contiguous"
        return [value.ctypes.data, *value.shape]
    assert type(value) in (int, float), "numbers by reference are whole, or of double precision"
    return [int((np.float64 if isinstance(value, float) else np.int64)(value).view(np.uint64))]


@typeof_impl.register(Block)
def _typeof_block(block: Block, context: Any) -> Reference:
    return Reference(numba.typeof(block.values))


@register_model(Reference)
class _ReferenceModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Reference):
        super().__init__(manager, kind, ir.IntType(8).as_pointer())


@register_model(Row)
class _RowModel(models.StructModel):
    def __init__(self, manager: Any, kind: Row):
        super().__init__(manager, kind, [("table", types.voidptr), ("world", types.intp)])


@unbox(Reference)
def _unbox_reference(kind: Reference, block: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(block, "address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(pointer, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))


class _Fields(AttributeTemplate):
    """The types of the fields of a reference, or of a row."""

    def generic_resolve(self, value: Any, attribute: str) -> types.Type | None:
        if attribute not in value.fields.fields:
            return None
        return _row_type(value, attribute) if isinstance(value, Row) else _field_type(value, attribute)


for _kind in (Reference, Row):
    infer_getattr(type(f"_{_kind.__name__}Fields", (_Fields,), {"key": _kind}))


def _field_type(kind: Reference, attribute: str) -> Any:
    """The type of a field: that of a tuple is a reference."""
    field = _type_of(kind.fields, attribute)
    return Reference(field) if _is_tuple(field) else field


def _row_type(kind: Row, attribute: str) -> Any:
    """The type of one world of an array."""
    array = _type_of(kind.fields, attribute)
    return array.copy(ndim=array.ndim - 1)


def _type_of(fields: Any, attribute: str) -> Any:
    return fields.types[fields.fields.index(attribute)]


def _length(kind: Any) -> int:
    """Words of a type in a table."""
    if _is_tuple(kind):
        return sum(_length(part) for part in kind.types)
    return 1 + kind.ndim if isinstance(kind, types.Array) else 1


def _offset(fields: Any, attribute: str) -> int:
    """Words before a field of a table."""
    return sum(_length(kind) for kind in fields.types[: fields.fields.index(attribute)])


@lower_getattr_generic(Reference)
def _look_up(context: Any, builder: Any, kind: Reference, table: Any, attribute: str) -> Any:
    field, offset = _type_of(kind.fields, attribute), _offset(kind.fields, attribute)
    if _is_tuple(field):
        return _at(builder, table, offset)
    if not isinstance(field, types.Array):
        return _load(builder, table, offset, context.get_value_type(field))
    data, shape = _array_parts(context, builder, table, offset, field)
    return _array(context, builder, field, data, shape)


@lower_getattr_generic(Row)
def _look_up_row(context: Any, builder: Any, kind: Row, row: Any, attribute: str) -> Any:
    field, offset = _type_of(kind.fields, attribute), _offset(kind.fields, attribute)
    parts = cgutils.create_struct_proxy(kind)(context, builder, row)
    data, (_, *shape) = _array_parts(context, builder, parts.table, offset, field)
    place = parts.world
    for length in shape:
        place = builder.mul(place, length)
    first = builder.gep(data, [place], inbounds=True)
    return _array(context, builder, _row_type(kind, attribute), first, shape)


def _array_parts(context: Any, builder: Any, table: Any, offset: int, kind: Any) -> tuple[Any, list[Any]]:
    """The address and the lengths of an array."""
    pointer = context.get_data_type(kind.dtype).as_pointer()
    lengths = context.get_value_type(types.intp)
    data = _load(builder, table, offset, pointer)
    return data, [_load(builder, table, offset + 1 + axis, lengths) for axis in range(kind.ndim)]


def _array(context: Any, builder: Any, kind: Any, data: Any, shape: list[Any]) -> Any:
    """A C-contiguous array from its parts."""
    size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    strides, stride = [], ir.Constant(context.get_value_type(types.intp), size)
    for length in reversed(shape):
        strides.insert(0, stride)
        stride = builder.mul(stride, length)
    array = context.make_array(kind)(context, builder)
    populate_array(array, data, shape, strides, size, meminfo=None)
    return array._getvalue()


def _at(builder: Any, table: Any, offset: int) -> Any:
    """The address of a word of a table."""
    return builder.gep(table, [ir.Constant(ir.IntType(64), offset * WORD)], inbounds=True)


def _load(builder: Any, table: Any, offset: int, kind: Any) -> Any:
    """A word of a table, which never changes."""
    loaded = builder.load(builder.bitcast(_at(builder, table, offset), kind.as_pointer()))
    loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
    return loaded


@intrinsic
def row(typing_context, arrays, world):
    """World `world` of arrays [W, ...] by reference."""
    kind = Row(arrays.fields)

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        parts = cgutils.create_struct_proxy(kind)(context, builder)
        parts.table, parts.world = arguments
        return parts._getvalue()

    return kind(arrays, types.intp), build


@intrinsic
def clear(typing_context, arrays):
    """Zero every array of a row."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        for data, size in _memories(context, builder, arrays, arguments[0]):
            cgutils.memset(builder, data, size, 0)
        return context.get_dummy_value()

    return types.void(arrays), build


@intrinsic
def copy(typing_context, source, arrays):
    """Copy every array of a row into another row of the same type."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sources, targets = (_memories(context, builder, arrays, row) for row in arguments)
        for (there, _), (here, size) in zip(sources, targets, strict=True):
            cgutils.raw_memcpy(builder, here, there, size, 1)
        return context.get_dummy_value()

    return types.void(source, arrays), build


def _memories(context: Any, builder: Any, kind: Row, row: Any) -> list[tuple[Any, Any]]:
    """The address and the number of bytes of every array of a row."""
    found = []
    for attribute in kind.fields.fields:
        array = context.make_array(_row_type(kind, attribute))(
            context, builder, _look_up_row(context, builder, kind, row, attribute)
        )
        found.append(
            (builder.bitcast(array.data, cgutils.voidptr_t), builder.mul(array.nitems, array.itemsize))
        )
    return found
