import GannetNN
import GannetTensor

/// A model that reads tokens and predicts, after each, the next one: ``LanguageModel``, or a network of
/// one's own.
public protocol NextTokenModel: Module {
  /// What the model remembers of the tokens that it has read.
  associatedtype State

  /// The logits of the token after each step of `tokens`, `[T, N]` to `[T, N, V]`, and the state after
  /// the last. The model begins with zeros where `state` is nil.
  func callAsFunction(_ tokens: IntTensor, state: State?) -> (logits: Tensor, state: State)
}

extension LanguageModel: NextTokenModel {}

extension NextTokenModel {
  /// The tokens that the model goes on with after `prefix`, without end (the book's section 9.5.4).
  ///
  ///     let text = vocabulary.tokens(of: model.continuation(of: vocabulary.numbers(of: prefix)).prefix(20))
  ///
  /// Stops where the prefix is empty, or has a token that the model does not know.
  ///
  /// - Parameters:
  ///   - prefix: What the model reads first, so that its state is warm.
  ///   - choice: How each token is chosen. Default: the likeliest.
  public func continuation(
    of prefix: [Int], choosing choice: TokenChoice = .greedy
  ) -> Continuation<Self> {
    guard !prefix.isEmpty else { fail("continuation: the prefix is empty") }
    return Continuation(self, prefix, choice)
  }
}

/// The tokens that a model goes on with: it reads each that it has chosen, and chooses the next.
///
/// The memory that this takes does not grow. The model must be batch-second, as ``NextTokenModel`` says.
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
