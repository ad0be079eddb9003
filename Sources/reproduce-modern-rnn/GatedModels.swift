import Gannet
import Reproduction

extension LanguageTask {
  /// Trains two language models of one recurrent cell, one of the cell written by hand and one of
  /// the library's layer, at the book's learning rate of 4.
  ///
  /// - Parameter title: The cell with its article, for the titles of the plots.
  func results(
    of byHand: some RecurrenceByHand, _ scratch: TrainingFigures,
    and network: RecurrentNetwork<some Any>, _ concise: TrainingFigures, title: String
  ) throws -> SectionResult {
    let models = (
      LanguageModelByHand([byHand], vocabularySize: vocabulary.count), LanguageModel(network)
    )
    var result = try self.result(
      of: models.0, scratch, title: "\(title) from raw tensors", learningRate: 4)
    result.add(
      try self.result(of: models.1, concise, title: "\(title) from layers", learningRate: 4))
    return result
  }
}
