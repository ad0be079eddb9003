import Gannet
import Reproduction

extension Section {
  /// The book's descents without noise, to the digits printed; the library's optimizers on the same
  /// surfaces and on Fashion-MNIST; the learning-rate schedules.
  static let optimizers = Section(
    "optimizers", title: "Optimizers and schedules", reference: "12.3 to 12.11, optimization",
    seconds: 16, epochs: 2, published: OptimizersFigures.all
  ) { context in
    try context.seeded {
      var result = SectionResult()
      for descent in LineDescents.all { result[descent.end] = descent.path.last }
      for (figures, descent) in PlaneDescents.all {
        let end = descent.path.last!
        result[figures.x1] = end[0]
        result[figures.x2] = end[1]
        result[figures.library] = descent.libraryError
      }
      for schedule in BookSchedule.all {
        for (figure, rate) in zip(schedule.figures, schedule.rates) { result[figure] = rate }
      }
      result.plots = [LineDescents.plot, PlaneDescents.plot, BookSchedule.plot]
      result.add(try OptimizersOnImages(context).run())
      return result
    }
  }
}
