/// A form of a weight that products read instead of the weight itself, such as packed panels.
///
/// In inference and decoding, a form is kept beside the weight from its second use on, until the
/// weight changes. A training step keeps none: its update would forget them.
protocol WeightForm {
  /// The buffer of the form's elements.
  var storage: Storage { get }
}

extension Tensor: WeightForm {}

/// Which forms are kept on a task that does not train.
enum KeptForms {
  /// No forms, since the weights are used a few times only, as in a trace.
  case none
  /// Forms that are used a second time.
  case repeated
  /// All, since the weights are known to be used again.
  case all

  @TaskLocal static var choice = KeptForms.repeated
}

enum WeightFormKind: Hashable {
  /// A ``PackedMatrix`` of the transposed matrix.
  case packedTransposed
  /// ``WinogradKernels``, or those of the mirrored kernels.
  case winograd(WinogradForm, mirrored: Bool)
  /// Panels of a direct convolution of so many groups, or of its input's gradient.
  case panels(groups: Int, mirrored: Bool)
}

/// The kind of a form, and the view of the storage's elements that it was made from.
struct WeightFormKey: Hashable {
  let kind: WeightFormKind
  let offset: Int
  let shape: Shape
  let strides: Strides
}

extension Tensor {
  /// Whether forms are kept on this task.
  static var keepsForms: Bool {
    switch KeptForms.choice {
    case .none: false
    case .repeated: !Recording.isOn && !Tape.isRunning
    case .all: true
    }
  }

  /// Guards the forms of all storages, since several threads may read one weight.
  private static let formLock = Locked(())

  /// A form of the elements, which `make` computes unless it is kept.
  func form<Form: WeightForm>(_ kind: WeightFormKind, _ make: () -> Form) -> Form {
    let key = WeightFormKey(kind: kind, offset: offset, shape: shape, strides: strides)
    let keeps = Tensor.keepsForms
    let (kept, isRepeated) = Tensor.formLock.withLock { _ in
      let found = storage.forms[key]
      if found == nil, keeps { storage.forms[key] = .some(nil) }
      return (found ?? nil, found != nil)
    }
    if let kept { return kept as! Form }
    let form = make()
    if keeps, isRepeated || KeptForms.choice == .all {
      // Forms are large and forgotten all at once.
      form.storage.isPooled = false
      Tensor.formLock.withLock { _ in storage.forms[key] = form }
    }
    return form
  }

  /// Whether nothing else holds the storage, so that the elements may be written. Forms of the
  /// elements are forgotten then. All writing in place asks here.
  package mutating func ownsStorage() -> Bool {
    guard isKnownUniquelyReferenced(&storage) else { return false }
    if !storage.forms.isEmpty { storage.forms = [:] }
    return true
  }
}
