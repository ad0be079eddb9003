import Gannet

/// A model that a ``LanguageTask`` trains: a network of the library's, or a cell by hand.
package protocol NextTokenModel: Module {
  /// What the model remembers of the tokens that it has read.
  associatedtype State

  /// The logits of the token after each step of `tokens`, `[T, N]` to `[T, N, V]`, and the state after
  /// the last. The model begins with zeros where `state` is nil.
  func callAsFunction(_ tokens: IntTensor, state: State?) -> (logits: Tensor, state: State)
}

extension LanguageModel: NextTokenModel {}

extension NextTokenModel {
  /// What the model writes after `prefix`, prefix and all: it reads the prefix to warm up its state, then
  /// each token that it has chosen itself (section 9.5.4).
  ///
  /// - Parameters:
  ///   - count: The number of tokens to write.
  ///   - vocabulary: That of the model; without one token each character of the prefix is `<unk>`.
  ///   - choice: How a token is chosen. Default: the likeliest.
  package func text(
    after prefix: String, count: Int, in vocabulary: Vocabulary,
    choosing choice: TokenChoice = .greedy
  ) -> String {
    let read = vocabulary.numbers(of: Tokenizer.characters(prefix))
    var stream = RandomSource.current.makeStream()
    var (input, state): (IntTensor, State?) = (column(read), nil)
    let written = evaluating {
      (0..<count).map { _ in
        let (logits, next) = self(input, state: state)
        let token = choice(logits[-1].flattened(), using: &stream)
        (input, state) = (column([token]), next)
        return vocabulary.token(token)
      }
    }
    return prefix + written.joined()
  }

  /// Tokens one after the other, `[T, 1]`.
  private func column(_ tokens: [Int]) -> IntTensor {
    IntTensor(tokens).reshaped(to: [tokens.count, 1])
  }
}
