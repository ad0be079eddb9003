import Gannet
import Reproduction

/// Gradients of a language model on one batch, as estimates of the full one.
struct GradientEstimates {
  private let model: LanguageModel<Tensor>
  private let task: LanguageTask
  private let batch: Batch<IntTensor, IntTensor>

  init(
    _ model: LanguageModel<Tensor>, _ task: LanguageTask, _ batch: Batch<IntTensor, IntTensor>
  ) {
    (self.model, self.task, self.batch) = (model, task, batch)
  }

  /// Distances from the full gradient, beside its size: the mean one of an estimate, and that of
  /// the mean of `draws` estimates.
  func errors(of truncation: Truncation?, draws: Int) -> (single: Double, mean: Double) {
    let full = gradient(nil)
    var (single, sum) = (0.0, Tensor(zeros: full.shape))
    for _ in 0..<draws {
      let estimate = gradient(truncation)
      single += Double((estimate - full).norm().scalar)
      sum = sum + estimate
    }
    let size = Double(full.norm().scalar)
    let mean = Double((sum / Float(draws) - full).norm().scalar)
    return (single / Double(draws) / size, mean / size)
  }

  /// The gradient of all parameters as one vector.
  private func gradient(_ truncation: Truncation?) -> Tensor {
    let parameters = model.parameters
    for parameter in parameters { parameter.gradient = nil }
    task.loss(TruncatedModel(model, truncation), batch).backward()
    return concatenate(parameters.map { $0.gradient!.flattened() })
  }
}
