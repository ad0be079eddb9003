/// The curves of trainings, with the book's names.
package enum CurveName: String, Sendable {
  case trainLoss = "train_loss"
  case validationLoss = "val_loss"
  case validationAccuracy = "val_acc"
  case trainPerplexity = "train_ppl"
  case validationPerplexity = "val_ppl"
}
