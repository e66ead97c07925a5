# For fits.py: coefficients, standard errors, logLik, AIC, BIC, deviance, null deviance of each table in a folder.
for (file in list.files(commandArgs(trailingOnly = TRUE), full.names = TRUE)) {
  table <- as.matrix(read.csv(file, header = FALSE))
  parts <- strsplit(sub(".csv", "", basename(file), fixed = TRUE), "-")[[1]]
  X <- table[, -(1:3), drop = FALSE]
  data <- list(y = table[, 1], o = table[, 2], w = table[, 3], X = X)
  formula <- if (parts[3] == "1") y ~ X else y ~ X - 1
  family <- switch(parts[2], gaussian = gaussian, bernoulli = binomial, poisson = poisson)
  fit <- glm(formula, family = family, data = data, weights = w, offset = o,
             control = list(epsilon = 1e-15, maxit = 100))
  found <- summary(fit)$coefficients
  numbers <- c(found[, 1], found[, 2], logLik(fit), AIC(fit), BIC(fit), deviance(fit), fit$null.deviance)
  cat(parts[1], sprintf("%.17g", numbers), "\n")
}
