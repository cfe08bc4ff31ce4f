"""What a function needs that asks models while somebody waits."""

from dataclasses import dataclass

from cdk.constructs.function import Function
from cdk.stacks.adapters import AdaptersStack
from cdk.stacks.models import ModelsStack
from cdk.stacks.spending import SpendingStack


@dataclass(frozen=True)
class Asking:
    """The tiers that answer at once, who chooses between their adapters, and who pays."""

    models: ModelsStack
    adapters: AdaptersStack | None
    spending: SpendingStack

    def let_ask(self, function: Function) -> None:
        """Let ``function`` ask the tiers, for money; it finds them by its variables."""
        for name, value in (self.models.spoken | (self.adapters.spoken if self.adapters else {})).items():
            function.function.add_environment(name, value)
        self.spending.let_spend(function)
        self.models.gold.let_ask(function)
        if self.models.silver is not None:
            self.models.silver.let_ask(function)
        if self.adapters is not None:
            self.adapters.let_choose(function)
