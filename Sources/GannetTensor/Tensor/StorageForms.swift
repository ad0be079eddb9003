/// Forms of a weight that products read instead of the weight itself, such as packed panels.
///
/// A form is kept from its second use on, until the elements change: a weight that changes with every
/// step is not kept twice, and one that is used again and again, as in inference and in decoding, is
/// packed or transformed once.
final class StorageForms: @unchecked Sendable {
  private let forms: Locked<[Key: Any?]> = Locked([:])

  /// What was computed, of which view of the elements.
  struct Key: Hashable {
    let kind: Kind
    let offset: Int
    let shape: Shape
    let strides: Strides
  }

  enum Kind: Hashable {
    /// A ``PackedMatrix`` of the transposed matrix.
    case packedTransposed
    /// ``WinogradKernels``, or those of the mirrored kernels.
    case winograd(WinogradForm, mirrored: Bool)
    /// Panels of a direct convolution of so many groups, or of its input's gradient.
    case panels(groups: Int, mirrored: Bool)
  }

  /// The form of `key` if it is kept.
  func kept<Form>(_ key: Key) -> Form? { forms.withLock { $0[key] ?? nil } as? Form }

  /// The form of `key`, by `make` where it is not kept.
  func form<Form>(_ key: Key, _ make: () -> Form) -> Form {
    let found: Any?? = forms.withLock { forms in
      if let found = forms[key] { return found }
      forms[key] = .some(nil)
      return nil
    }
    if let form = found ?? nil { return form as! Form }
    let form = make()
    if found != nil { forms.withLock { $0[key] = form } }
    return form
  }
}

extension Tensor {
  /// A form of the elements, which `make` computes unless it is kept. A training step keeps none: its
  /// update would forget them.
  func form<Form>(_ kind: StorageForms.Kind, _ make: () -> Form) -> Form {
    let key = StorageForms.Key(kind: kind, offset: offset, shape: shape, strides: strides)
    if Recording.isOn || Tape.isRunning {
      return storage.forms?.kept(key) ?? make()
    }
    return StorageForms.of(storage).form(key, make)
  }
}

extension StorageForms {
  /// Guards the making of a storage's forms: several threads may read one weight.
  private static let making = Locked(())

  fileprivate static func of(_ storage: Storage) -> StorageForms {
    making.withLock { _ in
      if let forms = storage.forms { return forms }
      let forms = StorageForms()
      storage.forms = forms
      return forms
    }
  }
}
