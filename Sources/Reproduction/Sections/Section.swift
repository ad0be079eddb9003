/// One section of the book that can be run: what it is called, what it costs and what it must show.
package struct Section: Sendable {
  /// The name on the command line, such as `mlp-scratch`.
  package let name: String
  /// What the section shows, in a few words.
  package let title: String
  /// Where the book treats it, such as `5.2, mlp-implementation`.
  package let reference: String
  /// The time that one seed takes on two cores, in seconds.
  package let seconds: Double
  /// The number of epochs that the book trains for; 0 where nothing is trained by epochs.
  package let epochs: Int
  /// Whether chance plays a part, so that several seeds say more than one.
  package let isSeeded: Bool
  /// What the book publishes.
  package let published: [PublishedFigure]
  /// Runs the section for one seed.
  package let run: @Sendable (SectionContext) throws -> SectionResult

  package init(
    _ name: String, title: String, reference: String, seconds: Double, epochs: Int = 0,
    isSeeded: Bool = true, published: [PublishedFigure] = [],
    run: @escaping @Sendable (SectionContext) throws -> SectionResult
  ) {
    self.name = name
    self.title = title
    self.reference = reference
    self.seconds = seconds
    self.epochs = epochs
    self.isSeeded = isSeeded
    self.published = published
    self.run = run
  }
}
