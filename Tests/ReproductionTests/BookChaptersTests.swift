import Foundation
import Reproduction
import Testing
import reproduce_attention
import reproduce_cnn
import reproduce_mlp
import reproduce_modern_cnn
import reproduce_modern_rnn
import reproduce_rnn

@Suite("The book's chapters")
struct BookChaptersTests {
  static let chapters = [
    ReproduceMLP.chapter, ReproduceCNN.chapter, ReproduceModernCNN.chapter, ReproduceRNN.chapter,
    ReproduceModernRNN.chapter, ReproduceAttention.chapter,
  ]

  private let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources")

  @Test("Every chapter is here")
  func complete() throws {
    let targets = try FileManager.default.contentsOfDirectory(atPath: sources.path)
      .filter { $0.hasPrefix("reproduce-") }
    #expect(Set(targets) == Set(Self.chapters.map { "reproduce-\($0.name)" }))
  }

  // Making a section checks that no figure is published twice or contradicts its own band.
  @Test("Every section can be made, publishes figures, and has a folder of its name")
  func sections() throws {
    for chapter in Self.chapters { try check(chapter) }
  }

  @Test("Every section leads to a page of the book and to its source file, each a chapter's number")
  func references() throws {
    #expect(Self.chapters.map(\.number) == [5, 7, 8, 9, 10, 11])
    for section in Self.chapters.flatMap(\.sections) {
      let places = BookReference(section.reference).places
      #expect(
        places.first?.address?.hasPrefix("https://d2l.ai/chapter_") == true, "\(section.name)")
      #expect(
        section.source.hasSuffix("Section.swift") && section.source.contains("/\(section.name)/"),
        "\(section.source)")
    }
    #expect(
      BookReference("12.3 to 12.11, optimization; 9.1.1").places.map(\.address) == [
        "https://d2l.ai/chapter_optimization/index.html", nil,
      ])
  }

  @Test("The networks on images and the series have the book's curve, a value after each epoch")
  func wholeCurves() {
    let whole = Self.chapters.flatMap(\.sections).filter { section in
      section.publishedCurves.contains { $0.isWhole && $0.source == .release }
    }
    #expect(
      Set(whole.map(\.name)) == [
        "lenet", "alexnet", "vgg", "nin", "googlenet", "batch-norm", "resnet", "densenet", "regnet",
        "vit", "sequence",
      ])
  }

  @Test("Published points of training stand where the book's board plots them")
  func trainingPoints() throws {
    let batches = [
      "mlp-scratch": 235, "mlp-concise": 235, "dropout": 235, "weight-decay": 4,
      "batch-norm": 469, "resnet": 469, "densenet": 469, "regnet": 469, "vit": 469,
      "sequence": 38, "rnn-scratch": 10, "lstm": 10, "seq2seq": 4, "bahdanau": 4,
      "transformer": 4,
    ]
    for section in Self.chapters.flatMap(\.sections) {
      for published in section.publishedCurves {
        guard published.name.contains("train_") else {
          #expect(published.epochs.allSatisfy { (1...section.epochs).contains(Int($0)) })
          continue
        }
        let count = try #require(batches[section.name], "\(section.name)")
        var curves = TrainingCurves(batchesPerEpoch: count)
        for _ in 0..<(count * section.epochs) { curves.train(.trainLoss, 0) }
        let ours = try #require(curves[.trainLoss]).epochs
        for (place, epoch) in zip([ours[0], ours[ours.count - 1]], published.epochs) {
          #expect(abs(place - epoch) < 0.0006, "\(section.name), \(published.name)")
        }
      }
    }
  }

  private func check(_ chapter: Chapter) throws {
    let folder = sources.appending(path: "reproduce-\(chapter.name)")
    for section in chapter.sections {
      #expect(!section.published.isEmpty, "\(section.name)")
      let files = try FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: section.name).path)
      #expect(files.contains { $0.hasSuffix("Section.swift") }, "\(section.name)")
      #expect(files.contains { $0.hasSuffix("Figures.swift") }, "\(section.name)")
    }
    let folders = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { !$0.hasSuffix(".swift") && $0 != "Shared" }
    #expect(Set(folders) == Set(chapter.sections.map(\.name)))
  }
}
