import Gannet
import Reproduction

extension Section {
  /// The book's descents without noise, to the digits printed; the library's optimizers on the same
  /// surfaces and on Fashion-MNIST; the learning-rate schedules.
  static let optimizers = Section(
    "optimizers", title: "Optimizers and schedules", reference: "12.3 to 12.11, optimization",
    seconds: 16, epochs: 2, published: .optimizerTraces + .schedules + .optimizerClaims
  ) { context in
    try context.seeded {
      var result = SectionResult()
      for (name, end) in LineDescents.ends { result[name] = end }
      for (name, descent) in PlaneDescents.all {
        let end = descent.path.last!
        result["\(name) x1"] = end[0]
        result["\(name) x2"] = end[1]
        result["\(name), library against formula"] = descent.libraryError
      }
      for (name, rate) in BookSchedule.all.flatMap(\.figures) { result[name] = rate }
      result.plots = [LineDescents.plot, PlaneDescents.plot, BookSchedule.plot]
      result.add(try OptimizersOnImages(context).run())
      return result
    }
  }
}
