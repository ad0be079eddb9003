import Gannet
import Reproduction

/// A language model whose gradients through time are cut.
final class TruncatedModel: NextTokenModel {
  let model: LanguageModel<Tensor>
  /// Nil for full backpropagation through time.
  let truncation: Truncation?

  init(_ model: LanguageModel<Tensor>, _ truncation: Truncation?) {
    self.model = model
    self.truncation = truncation
  }

  func callAsFunction(_ tokens: IntTensor, state: Tensor?) -> (logits: Tensor, state: Tensor) {
    let (output, last) = model.rnn(tokens, state: state, truncation: truncation)
    return (model.linear(output), last)
  }
}
