import Foundation
import GannetTensor

/// CIFAR-10: colour images of 32 by 32 pixels in ten classes, 50,000 for training and 10,000 for
/// testing. A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009).
public struct CIFAR10: ImageSet {
  /// The classes in the order of their labels.
  public static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// The images as bytes, with their labels.
  public let images: ImageDataset

  /// Reads a part of the set's binary version, found by `DatasetLocator` in a folder
  /// `cifar-10-batches-bin`; nothing is downloaded. The files' lengths and the number of images of
  /// each class are verified.
  ///
  /// - Parameters:
  ///   - split: The part of the set.
  ///   - directory: A folder with the set's files, searched before all others.
  /// - Throws: `FileError`, if a file is missing, damaged or of another length.
  public init(split: ImageSplit, directory: URL? = nil) throws {
    images = try Self.files(split).read(directory: directory)
  }

  /// Reads other data from those files of a part that are in `folder`, of any number of images.
  public init(split: ImageSplit, uncheckedFrom folder: URL) throws {
    images = try Self.files(split).read(uncheckedFrom: folder)
  }

  private static func files(_ split: ImageSplit) -> CIFARFiles {
    CIFARFiles(
      set: "CIFAR-10", folder: "cifar-10-batches-bin", archive: "cifar-10-binary.tar.gz",
      names: split == .train ? (1...5).map { "data_batch_\($0).bin" } : ["test_batch.bin"],
      count: 10_000, label: (place: 0, size: 1), classNames: classNames)
  }
}

/// CIFAR-100: colour images of 32 by 32 pixels in a hundred classes of twenty superclasses, 50,000
/// for training and 10,000 for testing. A. Krizhevsky (2009), as ``CIFAR10``.
public struct CIFAR100: ImageSet {
  /// The kind of an image's label.
  public enum Labels: Sendable {
    /// One of a hundred classes, such as "maple_tree".
    case fine
    /// One of twenty superclasses, such as "trees".
    case coarse
  }

  /// The images as bytes, with their labels.
  public let images: ImageDataset

  /// Reads a part of the set's binary version from a folder `cifar-100-binary`, as
  /// ``CIFAR10/init(split:directory:)``; labels are fine by default.
  public init(split: ImageSplit, labels: Labels = .fine, directory: URL? = nil) throws {
    images = try Self.files(split, labels).read(directory: directory)
  }

  /// Reads other data from the file of a part in `folder`, of any number of images.
  public init(split: ImageSplit, labels: Labels = .fine, uncheckedFrom folder: URL) throws {
    images = try Self.files(split, labels).read(uncheckedFrom: folder)
  }

  private static func files(_ split: ImageSplit, _ labels: Labels) -> CIFARFiles {
    CIFARFiles(
      set: "CIFAR-100", folder: "cifar-100-binary", archive: "cifar-100-binary.tar.gz",
      names: ["\(split.rawValue).bin"], count: split == .train ? 50_000 : 10_000,
      label: (place: labels == .fine ? 1 : 0, size: 2),
      classNames: labels == .fine ? fineNames : coarseNames)
  }

  /// The superclasses in the order of their labels.
  public static let coarseNames = words(
    """
    aquatic_mammals fish flowers food_containers fruit_and_vegetables \
    household_electrical_devices household_furniture insects large_carnivores \
    large_man-made_outdoor_things large_natural_outdoor_scenes large_omnivores_and_herbivores \
    medium_mammals non-insect_invertebrates people reptiles small_mammals trees vehicles_1 \
    vehicles_2
    """)

  /// The classes in the order of their labels.
  public static let fineNames = words(
    """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus \
    butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch \
    crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo \
    keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse \
    mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy \
    porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper \
    snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television \
    tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
    """)

  private static func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }
}
