import Gannet
import Reproduction

extension Section {
  /// Claims of the section on generalization, on 2,000 images: networks fit random labels, and
  /// right labels before wrong ones; nearest neighbours memorize; wide networks become kernel
  /// methods.
  static let generalization = Section(
    "generalization", title: "Generalization", reference: "5.5, generalization-deep", seconds: 25,
    published: GeneralizationFigures.all
  ) { context in
    try context.seeded {
      let set = try SmallSet(context)
      var result = SectionResult()
      result.add(try RandomLabels(set: set, context: context).run())
      result.add(try LabelNoise(set: set, context: context).run())
      result.add(NeighbourComparison(set: set).run())
      result.add(try TangentKernelStudy(set, context).run())
      return result
    }
  }
}
