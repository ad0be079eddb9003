/// The classes and functions that a pickle may name: those of which `torch.save` builds tensors and
/// dictionaries of them.
enum PickleGlobal {
  case orderedDict
  /// `torch.Size`, a tuple.
  case size
  /// A tensor from a storage of its own type.
  case rebuildTensor
  /// A tensor from a storage of bytes, and its type.
  case rebuildTypedTensor
  case rebuildParameter
  /// A class of storages; nil for one of bytes.
  case storage(ScalarType?)
  case type(ScalarType)

  /// Finds a global by its module and name, joined by a point.
  init?(_ name: String) {
    guard let global = Self.known[name] else { return nil }
    self = global
  }

  private static let known: [String: PickleGlobal] = {
    var known: [String: PickleGlobal] = [
      "collections.OrderedDict": .orderedDict, "torch.Size": .size,
      "torch._utils._rebuild_tensor_v2": .rebuildTensor,
      "torch._utils._rebuild_tensor_v3": .rebuildTypedTensor,
      "torch._utils._rebuild_parameter": .rebuildParameter,
      "torch.storage.UntypedStorage": .storage(nil), "torch.UntypedStorage": .storage(nil),
    ]
    let types: [(String, type: String, ScalarType)] = [
      ("Double", "float64", .float64), ("Float", "float32", .float32),
      ("Half", "float16", .float16),
      ("BFloat16", "bfloat16", .bfloat16), ("Long", "int64", .int64), ("Int", "int32", .int32),
      ("Short", "int16", .int16), ("Char", "int8", .int8), ("Byte", "uint8", .uint8),
      ("Bool", "bool", .bool),
    ]
    for (storage, type, scalar) in types {
      known["torch.\(storage)Storage"] = .storage(scalar)
      known["torch.\(type)"] = .type(scalar)
    }
    for (type, scalar): (String, ScalarType) in [
      ("uint16", .uint16), ("uint32", .uint32), ("uint64", .uint64),
    ] {
      known["torch.\(type)"] = .type(scalar)
    }
    return known
  }()
}
