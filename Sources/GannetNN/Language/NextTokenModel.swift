import GannetTensor

/// A language model: reads tokens and predicts the next one after each. `LanguageModel` of
/// GannetModels is one.
public protocol NextTokenModel: Module {
  /// The model's state after the tokens that it has read, such as hidden states.
  associatedtype State

  /// The logits of the next token after each step, `[T, N]` to `[T, N, V]`, and the final state. A
  /// nil `state` means zeros.
  func callAsFunction(_ tokens: IntTensor, state: State?) -> (logits: Tensor, state: State)
}

extension NextTokenModel {
  /// Generates tokens after `prefix`, an endless sequence (Dive into Deep Learning, section 9.5.4).
  ///
  ///     let text = vocabulary.tokens(of: model.continuation(of: vocabulary.indices(of: prefix)).prefix(20))
  ///
  /// Stops where the prefix is empty or has an unknown token.
  ///
  /// - Parameters:
  ///   - prefix: The tokens that the model reads first (warm-up).
  ///   - choice: The choice of each token from its logits; the most likely one by default.
  public func continuation(
    of prefix: [Int], choosing choice: TokenChoice = .greedy
  ) -> Continuation<Self> {
    guard !prefix.isEmpty else { fail("continuation: the prefix is empty") }
    return Continuation(self, prefix, choice)
  }
}

/// An endless sequence of generated tokens: the model reads each chosen token and predicts the
/// next.
///
/// Memory does not grow. The model takes `[T, N]`, as in ``NextTokenModel``.
public struct Continuation<Model: NextTokenModel>: Sequence, IteratorProtocol {
  private let model: Model
  private let choice: TokenChoice
  private var unread: [Int]
  private var state: Model.State?
  private var stream = RandomSource.current.makeStream()

  init(_ model: Model, _ prefix: [Int], _ choice: TokenChoice) {
    self.model = model
    self.choice = choice
    unread = prefix
  }

  /// The next token; never nil.
  public mutating func next() -> Int? {
    let tokens = IntTensor(unread).reshaped(to: [unread.count, 1])
    let (logits, state) = model.evaluating { model(tokens, state: self.state) }
    let token = choice(logits[-1].flattened(), using: &stream)
    (self.state, unread) = (state, [token])
    return token
  }
}
